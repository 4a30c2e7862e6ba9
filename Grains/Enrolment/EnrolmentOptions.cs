namespace Rollcall.Enrolment;

/// <summary>Bounds of enrolment.</summary>
public sealed class EnrolmentOptions
{
    /// <summary>
    /// ENROLMENT_KEYS_MOST: keys of one customer. One more replaces the oldest that is revoked or expired. Default 1,000.
    /// </summary>
    public int KeysMost { get; set; } = 1_000;
}
