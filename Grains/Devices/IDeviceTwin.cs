namespace Rollcall.Devices;

/// <summary>What only the silo itself calls on a twin.</summary>
[Alias("rollcall.device-twin")]
internal interface IDeviceTwin : IGrainWithStringKey
{
    /// <summary>Opens a session for a secret that was checked outside the turn.</summary>
    /// <param name="credential">The stored credential it was checked against: another one by now means rotated meanwhile.</param>
    [Alias("open-session")]
    ValueTask<AuthenticateReply> OpenSession(string credential);

    /// <summary>Exchanges a one-time code for a secret.</summary>
    [Alias("redeem")]
    ValueTask<RegisterReply> Redeem(string activationCode, string? name);

    /// <summary>The store is back: append what is known now.</summary>
    [Alias("store-recovered")]
    ValueTask StoreRecovered();
}
