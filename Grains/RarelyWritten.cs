namespace Rollcall;

/// <summary>The grain storage of what is written rarely. Its calls block and write one row at a time: nothing on a beat's way may use it.</summary>
public static class RarelyWritten
{
    /// <summary>The storage's name; the host registers one under it.</summary>
    public const string Storage = "rarely-written";

    /// <summary>Name of an enrolment key's state.</summary>
    public const string EnrolmentKey = "enrolment-key";

    /// <summary>Name of a customer's state.</summary>
    public const string Customer = "customer";
}
