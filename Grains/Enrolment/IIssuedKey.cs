using Orleans.Concurrency;

namespace Rollcall.Enrolment;

/// <summary>What only a key's customer calls.</summary>
[Alias("rollcall.issued-key")]
internal interface IIssuedKey : IGrainWithStringKey
{
    /// <summary>Makes the key good.</summary>
    [Alias("issue")]
    ValueTask Issue(string id, string customerId, NewKey key);

    /// <summary>Null: it was never issued.</summary>
    [Alias("show"), AlwaysInterleave]
    ValueTask<EnrolmentKey?> Show();

    [Alias("revoke")]
    ValueTask Revoke();

    /// <summary>Removes what is stored of it: as if it had never been.</summary>
    [Alias("drop")]
    ValueTask Drop();
}
