namespace Rollcall;

/// <summary>Names of the grain storage for rare writes. Its calls write one row at a time: no heartbeat may use it.</summary>
public static class GrainStorageNames
{
    /// <summary>The storage's name; the host registers one under it.</summary>
    public const string Storage = "rarely-written";

    /// <summary>Name of an enrolment key's state.</summary>
    public const string EnrolmentKey = "enrolment-key";

    /// <summary>Name of a customer's state.</summary>
    public const string Customer = "customer";
}
