namespace Rollcall.Devices;

/// <summary>What only the silo itself calls on a twin.</summary>
[Alias("rollcall.device-twin")]
internal interface IDeviceTwin : IGrainWithStringKey
{
    /// <summary>Opens a session for a secret that was checked outside the turn.</summary>
    /// <param name="credential">The stored credential it was checked against: another one by now means rotated meanwhile.</param>
    /// <param name="attempt">As in <see cref="IDeviceGrain.Authenticate"/>.</param>
    /// <param name="better">Another form of the same secret, which takes the credential's place.</param>
    [Alias("open-session")]
    ValueTask<AuthenticateReply> OpenSession(string credential, string? attempt = null, string? better = null);

    /// <summary>Stores a slow form in the place of a weak one, if that is still there.</summary>
    [Alias("harden-secret")]
    ValueTask<Refusal> HardenSecret(string weak, string hardened);

    /// <summary>Exchanges a one-time code for a secret.</summary>
    [Alias("redeem")]
    ValueTask<RegisterReply> Redeem(string activationCode, string? name);

    /// <summary>
    /// A device that was provisioned with an enrolment key, and may have missed the answer, asks again with the same key: a new secret
    /// until it first authenticates. <see cref="Refusal.NotFound"/>: no such device.
    /// </summary>
    [Alias("reissue")]
    ValueTask<RegisterReply> Reissue(string keyId, string? name);

    /// <summary>The store is back: append what is pending.</summary>
    [Alias("store-recovered")]
    ValueTask StoreRecovered();
}
