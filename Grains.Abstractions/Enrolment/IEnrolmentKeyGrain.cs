using Rollcall.Devices;

namespace Rollcall.Enrolment;

/// <summary>A key that provisions many devices of one customer, within its limits. Key: <see cref="Keys.EnrolmentKey"/> of its text.</summary>
[Alias("rollcall.enrolment-key")]
public interface IEnrolmentKeyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Creates the device and its secret. Repeatable with the same key until the device first authenticates: a new secret, counted once.
    /// <see cref="Refusal.InvalidEnrolmentKey"/>: wrong, expired, revoked or used up. <see cref="Refusal.Conflict"/>: the id is taken.
    /// </summary>
    [Alias("enrol")]
    ValueTask<RegisterReply> Enrol(string deviceId, string? name);
}
