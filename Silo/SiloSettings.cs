using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Rollcall.Connections;

namespace Rollcall.Silo;

/// <summary>The settings of a silo's place in its cluster, read and checked before anything starts.</summary>
/// <exception cref="SettingException">One of them is wrong.</exception>
internal sealed class SiloSettings
{
    private const string Localhost = "localhost";

    public SiloSettings(IConfiguration configuration)
    {
        Redis = Deployment.OfSilo(configuration);
        ClusterId = Deployment.ClusterId(configuration);
        Address = ReadAddress(configuration.Text("SILO_ADDRESS") ?? Localhost);
        Port = PortOf(configuration, "SILO_PORT", 11_111);
        GatewayPort = PortOf(configuration, "SILO_GATEWAY_PORT", 30_000);
        HealthPort = configuration.Number("HEALTH_PORT", 3_003, 0, 65_535);
        Connections = new ConnectionSettings(configuration);
        Metrics = configuration.Flag("METRICS", true);
        Dashboard = configuration.Flag("DASHBOARD", false);
        ProbeTimeout = configuration.Milliseconds("SILO_PROBE_TIMEOUT", TimeSpan.FromMilliseconds(1_500), 200, 60_000);
        RebalancePeriod = configuration.Milliseconds("SILO_REBALANCE_PERIOD", TimeSpan.FromSeconds(15), 3_000, 3_600_000);
        ProbesMissed = configuration.Number("SILO_PROBES_MISSED", 2, 1, 10);
    }

    public RedisAddress Redis { get; }

    /// <summary>CLUSTER_ID. Default <c>rollcall</c>.</summary>
    public string ClusterId { get; }

    /// <summary>
    /// SILO_ADDRESS: where other silos and gateways reach this one: <c>localhost</c> (default), an address of this machine, or <c>*</c>
    /// for the one that its host name has. Whoever reaches these ports can call every grain: keep them in a private network.
    /// </summary>
    public IPAddress Address { get; }

    /// <summary>SILO_PORT: for other silos. Default 11111; 0 takes a free one.</summary>
    public int Port { get; }

    /// <summary>SILO_GATEWAY_PORT: for gateways. Default 30000; 0 takes a free one.</summary>
    public int GatewayPort { get; }

    /// <summary>HEALTH_PORT: where /healthz, /readyz and /metrics are served. Default 3003; 0 takes a free one.</summary>
    public int HealthPort { get; }

    /// <summary>CONNECTIONS, CONNECTION_PATIENCE: connections that may be open at its three ports, and how long one may stay silent.</summary>
    public ConnectionSettings Connections { get; }

    /// <summary>METRICS: whether /metrics is kept and served. Default true.</summary>
    public bool Metrics { get; }

    /// <summary>DASHBOARD: whether gateways can show the Orleans Dashboard of this silo; costs a look at every call. Default false.</summary>
    public bool Dashboard { get; }

    /// <summary>
    /// SILO_PROBE_TIMEOUT: how long another silo may take to answer a probe. Milliseconds; default 1,500. Times
    /// <see cref="ProbesMissed"/> it is the window after which a silo that was killed is dead, and without a message in which one that
    /// stands still can be: that takes one to two windows.
    /// </summary>
    public TimeSpan ProbeTimeout { get; }

    /// <summary>SILO_PROBES_MISSED: probes in a row that make a silo count as dead. Default 2.</summary>
    public int ProbesMissed { get; }

    /// <summary>SILO_REBALANCE_PERIOD: time between two checks of the silos' shares of the twins. Milliseconds; default 15,000.</summary>
    public TimeSpan RebalancePeriod { get; }

    private static IPAddress ReadAddress(string text)
    {
        if (text == Localhost)
        {
            return IPAddress.Loopback;
        }

        if (text != "*")
        {
            return IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any)
                ? address
                : throw new SettingException("SILO_ADDRESS", $"must be localhost, * or an IP address of this machine, not '{text}'.");
        }

        return Dns.GetHostAddresses(Dns.GetHostName(), AddressFamily.InterNetwork).FirstOrDefault(address => !IPAddress.IsLoopback(address))
            ?? throw new SettingException("SILO_ADDRESS", $"is *, but the host name {Dns.GetHostName()} has no IPv4 address: name one.");
    }

    private static int PortOf(IConfiguration configuration, string name, int otherwise) =>
        configuration.Number(name, otherwise, 0, 65_535) is > 0 and var port ? port : FreePort();

    /// <summary>The silo's ports must be known before it starts: others read them in the membership table.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
