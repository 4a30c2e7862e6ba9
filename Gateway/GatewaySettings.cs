using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Pages;
using Rollcall.Proxies;

namespace Rollcall;

/// <summary>The settings of the gateway, read and checked before anything starts.</summary>
/// <exception cref="SettingException">One of them is wrong.</exception>
internal sealed class GatewaySettings(IConfiguration configuration)
{
    private readonly GatewayAddress _address = new(configuration);

    /// <summary>PORT: where HTTP is served. Default 3001; 0 takes a free one.</summary>
    public int Port => _address.Port;

    /// <summary>LISTEN_ADDRESS: <c>localhost</c> (default), an address of this machine, or <c>*</c> for all of them.</summary>
    public string ListenAddress => _address.Listen;

    /// <summary>Only this machine can connect.</summary>
    public bool LoopbackOnly => _address.LoopbackOnly;

    /// <summary>Nobody else can connect, not even through a proxy on this machine, so credentials printed in a README are acceptable.</summary>
    public bool DemoCredentials => LoopbackOnly && !PublicUrl.IsSet && TrustedProxies.Networks.Count == 0;

    /// <summary>Where programs on this machine reach the gateway at this port.</summary>
    public string Address(int port) => _address.At(port);

    /// <summary>METRICS_PORT: where <c>/metrics</c> is served to Prometheus, and nothing else. Default none: PORT is the world's.</summary>
    public int? MetricsPort { get; } = ReadOwnPort(configuration, "METRICS_PORT", "PORT");

    /// <summary>METRICS_ADDRESS: as LISTEN_ADDRESS, for METRICS_PORT. Default <c>localhost</c>.</summary>
    public string MetricsAddress { get; } = GatewayAddress.Read(configuration, "METRICS_ADDRESS", "METRICS_PORT");

    /// <summary>
    /// HEALTH_PORT: where <c>/healthz</c>, <c>/readyz</c> and <c>/health</c> are served too, and nothing else. Default none: at PORT alone.
    /// </summary>
    public int? HealthPort { get; } = ReadOwnPort(configuration, "HEALTH_PORT", "PORT", "METRICS_PORT");

    /// <summary>HEALTH_ADDRESS: as LISTEN_ADDRESS, for HEALTH_PORT. Default <c>localhost</c>.</summary>
    public string HealthAddress { get; } = GatewayAddress.Read(configuration, "HEALTH_ADDRESS", "HEALTH_PORT");

    /// <summary>CONNECTIONS, CONNECTION_PATIENCE: how many may be open at PORT, and how long one that asks nothing.</summary>
    public ConnectionSettings Connections { get; } = new(configuration);

    /// <summary>DASHBOARD, DASHBOARD_CUSTOMERS: who may look into the cluster.</summary>
    public DashboardSettings Dashboard { get; } = new(configuration);

    /// <summary>PUBLIC_URL: where people and devices reach this gateway; links and redirects are made with it. Default none.</summary>
    public PublicUrl PublicUrl { get; } = new(configuration);

    /// <summary>
    /// TRUSTED_PROXIES: addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed; <c>none</c>: there is no proxy.
    /// Default none, with a warning when others can connect.
    /// </summary>
    public TrustedProxies TrustedProxies { get; } = new(configuration);

    /// <summary>REFERENCE: whether /reference and /openapi tell every caller what can be called. Default true.</summary>
    public bool Reference { get; } = configuration.Flag("REFERENCE", true);

    /// <summary>SEND_BUFFER: bytes that the system keeps for a caller who does not read; it may take twice that. Default 262,144.</summary>
    public int SendBuffer { get; } = configuration.Number("SEND_BUFFER", 256 * 1024, 16 * 1024, 16 * 1024 * 1024);

    /// <summary>CORS_ORIGINS: origins whose pages may call, separated by commas. Default none.</summary>
    public string[] CorsOrigins { get; } = ReadOrigins(configuration);

    /// <summary>AUTH_RATE: sign-ins a second that one address may make on average. Default 100.</summary>
    public int AuthRate { get; } = configuration.Number("AUTH_RATE", 100, 1, 1_000_000);

    /// <summary>AUTH_BURST: sign-ins that one address may make at once. Default 2,000: a fleet behind one address starts together.</summary>
    public int AuthBurst { get; } = configuration.Number("AUTH_BURST", 2_000, 1, 1_000_000);

    /// <summary>
    /// COMMAND_WAITS: callers that may wait for the end of a command at a time (<c>?wait=</c>); one more is answered at once. Default
    /// 1,000.
    /// </summary>
    public int CommandWaits { get; } = configuration.Number("COMMAND_WAITS", 1_000, 0, 1_000_000);

    /// <summary>COLD_CALLS*: calls whose twin must be loaded first.</summary>
    public Admission.AdmissionSettings Admission { get; } = new(configuration);

    /// <summary>PORTAL_CONNECTIONS: portals that one customer may have open at this gateway. Default 1,000.</summary>
    public int PortalConnections { get; } = configuration.Number("PORTAL_CONNECTIONS", 1_000, 1, 1_000_000);

    /// <summary>
    /// PORTAL_COMMANDS: commands whose changes may wait for one portal, and of 4 Mi characters together; when there are more it is closed,
    /// and may connect again. Default 1,000.
    /// </summary>
    public int PortalCommands { get; } = configuration.Number("PORTAL_COMMANDS", 1_000, 1, 1_000_000);

    /// <summary>
    /// PORTAL_BYTES: memory that the watches of one customer's portals may take at this gateway; with more the slowest is closed, and may
    /// connect again. Default 256 MiB.
    /// </summary>
    public int PortalBytes { get; } = configuration.Number("PORTAL_BYTES", 256 * 1024 * 1024, 8 * 1024 * 1024);

    /// <summary>PORTAL_WATCH_RATE: watches a second that one portal's connection may ask for on average. Default 2.</summary>
    public int PortalWatchRate { get; } = configuration.Number("PORTAL_WATCH_RATE", 2, 1, 1_000_000);

    /// <summary>PORTAL_WATCH_BURST: watches that one portal's connection may ask for at once. Default 100.</summary>
    public int PortalWatchBurst { get; } = configuration.Number("PORTAL_WATCH_BURST", 100, 1, 1_000_000);

    /// <summary>
    /// PORTAL_CALLS: calls a second, and at once, of all portals of one customer at this gateway; beyond it they wait their turn. Default
    /// 1,000.
    /// </summary>
    public int PortalCalls { get; } = configuration.Number("PORTAL_CALLS", 1_000, 10, 1_000_000);

    /// <summary>DEVICE_LINK_*, DEVICE_LINKS: bounds of devices' sockets.</summary>
    public DeviceApi.DeviceConnectionSettings DeviceConnections { get; } = new(configuration);

    /// <summary>Demo__Devices: devices of the demo fleet. Default 8, which tell a story; 0 for none.</summary>
    public int DemoDevices { get; } = configuration.Number("Demo:Devices", 8, 0, 10_000);

    /// <summary>PORTAL_JWT_ISSUER, _AUDIENCE, _KEY, _AUTHORITY: whose portal tokens are believed.</summary>
    public PortalTokenSettings PortalTokens { get; } = new(configuration);

    private static int? ReadOwnPort(IConfiguration configuration, string name, params string[] others)
    {
        if (configuration.Text(name) is null)
        {
            return null;
        }

        var port = configuration.Number(name, 0, 1, 65_535);
        return others.FirstOrDefault(other => PortOf(configuration, other) == port) is not { } taken ? port
            : throw new SettingException(name,
                $"must not be {taken}: {(taken == "PORT" ? "that one is open to the world" : "each serves its own")}.");
    }

    private static int PortOf(IConfiguration configuration, string name) =>
        configuration.Number(name, name == "PORT" ? GatewayAddress.DefaultPort : 0, 0, 65_535);

    private static string[] ReadOrigins(IConfiguration configuration)
    {
        var origins = (configuration.Text("CORS_ORIGINS") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var origin in origins)
        {
            // As a browser writes it, or it would never be equal to what one sends.
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
                || $"{uri.Scheme}://{uri.Authority}" != origin || origin.Contains('*', StringComparison.Ordinal))
            {
                throw new SettingException("CORS_ORIGINS", $"must list origins such as https://portal.example.com, not '{origin}'.");
            }
        }

        return origins;
    }
}
