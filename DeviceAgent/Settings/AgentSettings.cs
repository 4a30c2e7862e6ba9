using System.Net;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Settings;

/// <summary>What the environment says; checked whole before anything starts.</summary>
internal sealed record AgentSettings
{
    /// <summary><c>API_URL</c>: where the gateway answers; default <c>http://localhost:3001</c>.</summary>
    public required Uri ApiUrl { get; init; }

    /// <summary><c>DEVICE_ID</c>: default the state folder's, else one made from this machine.</summary>
    public string? DeviceId { get; init; }

    /// <summary><c>DEVICE_SECRET</c>: 8-256 characters; default the state folder's.</summary>
    public string? DeviceSecret { get; init; }

    /// <summary><c>ENROLMENT_KEY</c> or <c>ACTIVATION_CODE</c>: registers the device when no secret is known.</summary>
    public required ProvisioningCredentials Provisioning { get; init; }

    /// <summary><c>STATE_DIR</c>: default <c>rollcall-agent/state</c> below the user's application data; null where there is none.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>
    /// <c>STATE_SHARED</c>: many agents share the state folder, and each takes a free place in it; default false. <c>DEVICE_ID</c>
    /// is then the beginning of their ids.
    /// </summary>
    public bool StateShared { get; init; }

    /// <summary><c>HEARTBEAT_INTERVAL</c>: milliseconds, 1000 or more, default 30000; the server's <c>nextHeartbeat</c> wins.</summary>
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary><c>WEBSOCKET</c>: a socket beside REST, over which beats go while it is up; default true, in a fleet what <c>--ws</c> says.</summary>
    public bool WebSocket { get; init; }

    /// <summary><c>WEBSOCKET_PING</c>: how often the socket is pinged, milliseconds, 100 or more; default 20000.</summary>
    public required TimeSpan WebSocketPing { get; init; }

    /// <summary><c>WEBSOCKET_PATIENCE</c>: how long a ping's answer may take, milliseconds, 100 or more; default 10000.</summary>
    public required TimeSpan WebSocketTimeout { get; init; }

    /// <summary><c>MOCK_MODE</c>: invented metrics instead of this machine's; default false, in a fleet true.</summary>
    public bool? MockMode { get; init; }

    /// <summary><c>COMMAND_TIMEOUT</c>: what one command may take, milliseconds, 1 or more; default 30000.</summary>
    public required TimeSpan CommandTimeout { get; init; }

    /// <summary><c>MOCK_COMMAND_LATENCY</c>: what a command takes on average in mock mode, milliseconds; default 0.</summary>
    public required TimeSpan MockCommandLatency { get; init; }

    /// <summary><c>MOCK_COMMAND_FAILURES</c>: commands that fail in mock mode, 0-100 (percent); default 0.</summary>
    public required double MockCommandFailures { get; init; }

    /// <summary><c>LOG_LEVEL</c>: debug, info, warn or error; default info.</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary><c>BACKOFF_INITIAL</c> 1000 ms, <c>BACKOFF_MAX</c> 60000 ms, <c>BACKOFF_MULTIPLIER</c> 2.</summary>
    public required Backoff Backoff { get; init; }

    /// <summary><c>HEALTH_PORT</c>: default 3002 (a fleet: off), 0 is off; null when not given.</summary>
    public int? HealthPort { get; init; }

    /// <summary><c>HEALTH_HOST</c>: an IP address, default 127.0.0.1; 0.0.0.0 opens the health page to others.</summary>
    public required IPAddress HealthHost { get; init; }

    /// <summary><c>EXIT_ON_STDIN_CLOSE</c>: ends at once when standard input ends, as a child of another program; default false.</summary>
    public bool ExitOnStdinClose { get; init; }

    /// <exception cref="SettingsException">A value is bad.</exception>
    public static AgentSettings Read(SettingsReader reader) => new()
    {
        ApiUrl = reader.Address("API_URL", "http://localhost:3001"),
        DeviceId = ReadDeviceId(reader),
        DeviceSecret = reader.Secret("DEVICE_SECRET", 8, 256),
        Provisioning = new ProvisioningCredentials(reader.Secret("ENROLMENT_KEY", 1, 1024), reader.Secret("ACTIVATION_CODE", 1, 1024)),
        StateDirectory = reader.Text("STATE_DIR") ?? StandardStateDirectory(),
        StateShared = ReadStateShared(reader),
        HeartbeatInterval = reader.Milliseconds("HEARTBEAT_INTERVAL", 30_000, 1_000, 86_400_000),
        WebSocket = reader.Flag("WEBSOCKET", true),
        WebSocketPing = reader.Milliseconds("WEBSOCKET_PING", 20_000, 100, 3_600_000),
        WebSocketTimeout = reader.Milliseconds("WEBSOCKET_PATIENCE", 10_000, 100, 3_600_000),
        MockMode = reader.Text("MOCK_MODE") is null ? null : reader.Flag("MOCK_MODE", false),
        CommandTimeout = reader.Milliseconds("COMMAND_TIMEOUT", 30_000, 1, 86_400_000),
        MockCommandLatency = reader.Milliseconds("MOCK_COMMAND_LATENCY", 0, 0, 86_400_000),
        MockCommandFailures = reader.Number("MOCK_COMMAND_FAILURES", 0, 0, 100),
        LogLevel = reader.Choice("LOG_LEVEL", LogLevel.Info),
        Backoff = ReadBackoff(reader),
        HealthPort = reader.Text("HEALTH_PORT") is null ? null : reader.Whole("HEALTH_PORT", 0, 0, 65_535),
        HealthHost = ReadHealthHost(reader),
        ExitOnStdinClose = reader.Flag("EXIT_ON_STDIN_CLOSE", false),
    };

    private static string? ReadDeviceId(SettingsReader reader) => reader.Text("DEVICE_ID") switch
    {
        null => null,
        var id when DeviceIds.Fits(id) => id,
        _ => throw new SettingsException($"DEVICE_ID must be {DeviceIds.Rule}."),
    };

    private static bool ReadStateShared(SettingsReader reader)
    {
        var shared = reader.Flag("STATE_SHARED", false);
        return shared && (reader.Text("DEVICE_SECRET") ?? reader.Text("ACTIVATION_CODE")) is not null
            ? throw new SettingsException("STATE_SHARED is for agents that enrol by ENROLMENT_KEY: a secret or a code is one device's.")
            : shared;
    }

    private static IPAddress ReadHealthHost(SettingsReader reader) => reader.Text("HEALTH_HOST") switch
    {
        null or "localhost" => IPAddress.Loopback,
        var text when IPAddress.TryParse(text, out var address) => address,
        var text => throw new SettingsException($"HEALTH_HOST must be an IP address, not \"{text}\"."),
    };

    private static Backoff ReadBackoff(SettingsReader reader)
    {
        var initial = reader.Milliseconds("BACKOFF_INITIAL", 1_000, 1, 86_400_000);
        var most = reader.Milliseconds("BACKOFF_MAX", 60_000, 1, 86_400_000);
        var multiplier = reader.Number("BACKOFF_MULTIPLIER", 2, 1, 100);
        return most >= initial
            ? new Backoff(initial, most, multiplier)
            : throw new SettingsException("BACKOFF_MAX must not be below BACKOFF_INITIAL.");
    }

    private static string? StandardStateDirectory()
    {
        var folder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length == 0 ? null : Path.Combine(folder, "rollcall-agent", "state");
    }
}
