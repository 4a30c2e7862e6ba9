using Orleans.Concurrency;

namespace Rollcall.Enrolment;

/// <summary>What only a key's customer calls.</summary>
[Alias("rollcall.issued-key")]
internal interface IIssuedKey : IGrainWithStringKey
{
    /// <summary>Makes the key valid.</summary>
    [Alias("issue")]
    ValueTask Issue(string id, string customerId, NewKey key);

    /// <summary>Null: it was never issued.</summary>
    [Alias("show"), AlwaysInterleave]
    ValueTask<EnrolmentKey?> Show();

    [Alias("revoke")]
    ValueTask Revoke();

    /// <summary>Removes its stored state, as if it had never existed.</summary>
    [Alias("drop")]
    ValueTask Drop();
}
