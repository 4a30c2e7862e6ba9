namespace Rollcall.DeviceAgent.State;

/// <summary>What a device keeps over a restart; a failure to keep is a warning, never an end.</summary>
internal interface IDeviceState
{
    /// <summary>The session kept for this device at this address, if any.</summary>
    StoredSession? FindSession(string deviceId, string apiUrl);

    /// <summary>Null forgets.</summary>
    void KeepSession(StoredSession? session);

    void KeepSecret(string deviceId, string secret);
}
