namespace Rollcall;

/// <summary>Where a collector finds this product's telemetry.</summary>
public static class Instrumentation
{
    /// <summary>The name of our meter and of our activity source.</summary>
    public const string Name = "Rollcall";
}
