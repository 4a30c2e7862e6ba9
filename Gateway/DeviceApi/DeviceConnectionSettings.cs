namespace Rollcall.DeviceApi;

/// <summary>Bounds of devices' connections, read and checked with the gateway's other settings.</summary>
/// <exception cref="SettingException">One of them is wrong.</exception>
internal sealed class DeviceConnectionSettings(IConfiguration configuration)
{
    /// <summary>DEVICE_LINK_PING: how often the server pings, milliseconds. Default 20,000.</summary>
    public TimeSpan Ping { get; } = configuration.Milliseconds("DEVICE_LINK_PING", TimeSpan.FromSeconds(20), 100, 3_600_000);

    /// <summary>DEVICE_LINK_PATIENCE: how long an answer to a ping, or to a close, may take, milliseconds. Default 10,000.</summary>
    public TimeSpan Timeout { get; } = configuration.Milliseconds("DEVICE_LINK_PATIENCE", TimeSpan.FromSeconds(10), 100, 3_600_000);

    /// <summary>DEVICE_LINKS: sockets of devices that this gateway holds at most. Default 100,000.</summary>
    public int Most { get; } = configuration.Number("DEVICE_LINKS", 100_000, 1, 10_000_000);

    /// <summary>Somebody has asked for so many.</summary>
    public bool IsMostSet { get; } = configuration.Text("DEVICE_LINKS") is not null;

    /// <summary>DEVICE_LINK_QUEUE: frames that wait for a device that does not read; one more closes its socket. Default 64.</summary>
    public int Queue { get; } = configuration.Number("DEVICE_LINK_QUEUE", 64, 1, 100_000);

    /// <summary>DEVICE_LINK_DRAIN: over how long a stop spreads the closing of sockets, milliseconds. Default 5,000.</summary>
    public TimeSpan Drain { get; } = configuration.Milliseconds("DEVICE_LINK_DRAIN", TimeSpan.FromSeconds(5), 0, 30_000);
}
