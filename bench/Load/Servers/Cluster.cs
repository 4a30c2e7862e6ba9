using System.Globalization;
using System.Security.Cryptography;
using Rollcall.Load.Generator;
using Rollcall.Support.Servers;
using FreePorts = Rollcall.Support.Processes.Ports;

namespace Rollcall.Load.Servers;

/// <summary>Silos and gateways as processes of their own, on a PostgreSQL and a Redis of their own.</summary>
internal sealed class Cluster : IInstallation, IServer
{
    private const string Customer = "load";
    private readonly PostgresServer _postgres;
    private readonly RedisServer _redis;
    private readonly Dictionary<string, string> _gatewaySettings;
    private readonly Dictionary<string, string> _siloSettings;
    private readonly (int Port, int GatewayPort, int HealthPort)[] _siloPorts;
    private readonly List<ServerProcess> _silos = [];
    private readonly List<ServerProcess> _gateways = [];
    private readonly List<Beat> _beats = [];
    private readonly List<string> _credentials = [];
    private readonly OutputCounts _output = new();

    private Cluster(ClusterSize size, PostgresServer postgres, RedisServer redis, string sessionKeys)
    {
        (Name, _postgres, _redis) = ($"{size}", postgres, redis);
        _siloPorts = [.. Enumerable.Range(0, size.Silos).Select(_ => (FreePorts.Free(), FreePorts.Free(), FreePorts.Free()))];
        Ports = [.. Enumerable.Range(0, size.Gateways).Select(_ => FreePorts.Free())];
        _siloSettings = new()
        {
            ["DATABASE_URL"] = postgres.Url,
            ["REDIS_URL"] = redis.Url,
            ["BOOTSTRAP_CUSTOMER"] = Customer,
            ["Logging__LogLevel__Default"] = "Error",
        };
        _gatewaySettings = new()
        {
            ["REDIS_URL"] = redis.Url,
            ["PORTAL_JWT_KEY"] = "load:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Logging__LogLevel__Default"] = "Error",
            ["AUTH_BURST"] = "1000000",
            ["AUTH_RATE"] = "1000000",
            [SessionKeys.Setting] = sessionKeys,
        };
    }

    public string Name { get; }

    public IServer Server => this;

    public IReadOnlyList<int> Ports { get; }

    /// <summary>Without PostgreSQL's and Redis's.</summary>
    public TimeSpan CpuTime => _silos.Concat(_gateways).Aggregate(TimeSpan.Zero, (sum, process) => sum + process.CpuTime);

    public IReadOnlyList<Beat> Beats => _beats;

    public IReadOnlyList<string> Credentials => _credentials;

    public IReadOnlyList<(string Name, IReadOnlyList<int> Processes)> Parts =>
    [
        .. _silos.Select((silo, number) => ($"silo {number + 1}", (IReadOnlyList<int>)[silo.Id])),
        .. _gateways.Select((gateway, number) => ($"gateway {number + 1}", (IReadOnlyList<int>)[gateway.Id])),
        ("PostgreSQL", _postgres.ProcessIds), ("Redis", _redis.ProcessIds),
    ];

    public static async Task<Cluster> CreateAsync(ClusterSize size, string sessionKeys)
    {
        if ((PostgresServer.Missing ?? RedisServer.Missing) is { } missing)
        {
            throw new LoadException(missing);
        }

        return new Cluster(size, await PostgresServer.StartAsync(), await RedisServer.StartAsync(password: "load"), sessionKeys);
    }

    public async Task StartAsync(int devices, CancellationToken cancellation)
    {
        if (_silos.Count == 0)
        {
            await ServerProcess.RunAsync([Programs.Built("Silo"), "migrate", "up"], _siloSettings, cancellation);
            await ServeAsync(cancellation);
        }

        var token = await TokenAsync(cancellation);
        using var client = new SetupClient(Ports[0]);
        while (_beats.Count < devices)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"load-{_beats.Count + 1:D6}");
            var secret = client.Post("/api/v1/customer/devices?secret=true", $$"""{"deviceId":"{{id}}"}""", token).GetProperty("deviceSecret")
                .GetString();
            _credentials.Add($$"""{"deviceId":"{{id}}","deviceSecret":"{{secret}}"}""");
            _beats.Add(StoreCheck.SignIn(client, id, _credentials[^1]));
        }
    }

    public async Task<string> TokenAsync(CancellationToken cancellation) => (await ServerProcess.RunAsync(
        [Programs.Built("Gateway"), "portal-token", "--customer", Customer, "--role", "owner"], _gatewaySettings, cancellation)).Trim();

    public async Task RestartAsync(CancellationToken cancellation)
    {
        Kill();
        await ServeAsync(cancellation);
    }

    /// <summary>Gateways stay, and find the new ones.</summary>
    public async Task RestartSilosAsync(CancellationToken cancellation)
    {
        _silos.ForEach(silo => silo.Dispose());
        _silos.Clear();
        await ServeSilosAsync(cancellation);
    }

    public string Output() => _output.Take();

    public async Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellation)
    {
        await RestartAsync(cancellation);
        return StoreCheck.Lost(_beats, Ports[0], await TokenAsync(cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private async Task ServeAsync(CancellationToken cancellation)
    {
        await ServeSilosAsync(cancellation);
        _gateways.AddRange(await Task.WhenAll(Ports.Select(port => ServerProcess.StartAsync(
            "Gateway: ", [Programs.Built("Gateway")], new Dictionary<string, string>(_gatewaySettings) { ["PORT"] = Text(port) }, _output,
            cancellation))));
    }

    private async Task ServeSilosAsync(CancellationToken cancellation) =>
        _silos.AddRange(await Task.WhenAll(_siloPorts.Select(ports => ServerProcess.StartAsync(
            "Silo: ", [Programs.Built("Silo")],
            new Dictionary<string, string>(_siloSettings)
            {
                ["SILO_PORT"] = Text(ports.Port),
                ["SILO_GATEWAY_PORT"] = Text(ports.GatewayPort),
                ["HEALTH_PORT"] = Text(ports.HealthPort),
            },
            _output,
            cancellation))));

    private void Kill()
    {
        _silos.Concat(_gateways).ToList().ForEach(process => process.Dispose());
        _silos.Clear();
        _gateways.Clear();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
