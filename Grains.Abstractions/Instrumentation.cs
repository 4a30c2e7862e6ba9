namespace Rollcall;

/// <summary>Where a collector finds what this product says about itself.</summary>
public static class Instrumentation
{
    /// <summary>The name of our meter and of our activity source.</summary>
    public const string Name = "Rollcall";
}
