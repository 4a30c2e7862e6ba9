using Rollcall.Devices;

namespace Rollcall.Enrolment;

/// <summary>A key by which many devices of one customer join, within its limits. Key: <see cref="Keys.EnrolmentKey"/> of its text.</summary>
[Alias("rollcall.enrolment-key")]
public interface IEnrolmentKeyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the device and its secret. Repeatable by the same key until the device first authenticates: a new secret, counted once.
    /// <see cref="Refusal.InvalidEnrolmentKey"/>: wrong, expired, revoked or used up. <see cref="Refusal.Conflict"/>: the id is taken.
    /// </summary>
    [Alias("enrol")]
    ValueTask<RegisterReply> Enrol(string deviceId, string? name);
}
