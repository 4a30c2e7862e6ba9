using Orleans.Concurrency;
using Rollcall.Devices;

namespace Rollcall.Enrolment;

/// <summary>A customer's enrolment keys. Key: <see cref="Keys.Customer"/>.</summary>
[Alias("rollcall.customer")]
public interface ICustomerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes a key. <see cref="Refusal.QuotaExceeded"/>: there are too many valid ones. <see cref="Refusal.TimeoutTooShort"/>: the heartbeat times
    /// do not go together.
    /// </summary>
    [Alias("create-key")]
    ValueTask<NewKeyReply> CreateKey(NewKey key);

    /// <summary>All keys, newest first, also expired and revoked ones; never their texts.</summary>
    [Alias("keys"), AlwaysInterleave]
    ValueTask<IReadOnlyList<EnrolmentKey>> ListKeys();

    /// <summary>No more devices can be provisioned with it; existing ones stay. May be repeated.</summary>
    [Alias("revoke-key")]
    ValueTask<Refusal> RevokeKey(string id);
}
