using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Rollcall.Support.Fleets;
using Rollcall.Support.Http;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;
using Rollcall.Support.Servers;

namespace Rollcall.Running;

/// <summary>PostgreSQL, Redis, silos and gateways, each a process of its own on a free port of this machine.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const string Customer = "demo";

    /// <summary>The enrolment key that <c>migrate up</c> has made.</summary>
    public const string EnrolmentKey = "the bootstrap key of this cluster, long enough";
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    /// <summary>SILO_PROGRAM names another build than the one made with the tests: an earlier one, for figures.</summary>
    public static readonly string SiloProgram = Environment.GetEnvironmentVariable("SILO_PROGRAM") ?? Programs.Built("Silo");

    /// <summary>FORMER_SILO_PROGRAM names the build that an upgrade begins with; without it it is this one.</summary>
    private static readonly string FormerSiloProgram = Environment.GetEnvironmentVariable("FORMER_SILO_PROGRAM") ?? SiloProgram;
    private readonly List<Child> _children = [];
    private readonly TemporaryFolder _agents = new();

    private Cluster(PostgresServer postgres, RedisServer redis, int silos, int gateways, TimeSpan timeout)
    {
        (Postgres, Redis, Timeout) = (postgres, redis, timeout);
        DatabaseUrl = postgres.Url;
        Roll = new ClusterRoll(postgres.ConnectionString);
        Silos = [.. Enumerable.Range(0, silos).Select(_ => new Member(Ports.Free(), Ports.Free(), Ports.Free()))];
        Gateways = [.. Enumerable.Range(0, gateways).Select(_ => new Member(Ports.Free(), 0, Ports.Free()))];
    }

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; }

    /// <summary>Where silos look for it.</summary>
    public string DatabaseUrl { get; private set; }

    /// <summary>Silence after which devices are offline.</summary>
    public TimeSpan Timeout { get; }

    public ClusterRoll Roll { get; }

    public IReadOnlyList<Member> Silos { get; }

    public IReadOnlyList<Member> Gateways { get; }

    public Uri[] Addresses => [.. Gateways.Select(gateway => gateway.Address)];

    /// <summary>Further settings of silos.</summary>
    public Dictionary<string, string> SiloSettings { get; } = [];

    /// <summary>What this build promises need not be true of it: its figures are wanted.</summary>
    public static bool IsOfAnotherBuild => SiloProgram != Programs.Built("Silo");

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing => PostgresServer.Missing ?? RedisServer.Missing;

    /// <summary>The last step of migration that <see cref="FormerSiloProgram"/> knows, when all began as that.</summary>
    public long FormerStep { get; private set; }

    /// <summary>Another build is named as the one before.</summary>
    public static bool HasFormer => FormerSiloProgram != SiloProgram;

    /// <param name="way">Leads from silos to PostgreSQL: answers the URL.</param>
    /// <param name="former">All members, and the tables, are of the build before.</param>
    public static async Task<Cluster> StartAsync(
        int silos = 2, int gateways = 2, int timeoutSeconds = 10, Func<PostgresServer, Task<string>>? way = null, bool former = false)
    {
        var servers = (Postgres: PostgresServer.StartAsync(), Redis: RedisServer.StartAsync(password: "redis-secret"));
        var cluster = new Cluster(await servers.Postgres, await servers.Redis, silos, gateways, TimeSpan.FromSeconds(timeoutSeconds));
        try
        {
            cluster.DatabaseUrl = way is null ? cluster.DatabaseUrl : await way(cluster.Postgres);
            foreach (var member in (Member[])[.. cluster.Silos, .. cluster.Gateways])
            {
                member.IsFormer = former;
            }

            await cluster.MigrateAsync(former ? FormerSiloProgram : SiloProgram);
            cluster.FormerStep = cluster.Roll.Step();
            await cluster.StartAllAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts what does not run; returns when each member says that it serves.</summary>
    public Task StartAllAsync() => Task.WhenAll(
        [.. Silos.Where(one => !one.Runs).Select(one => StartSiloAsync(one)), .. Gateways.Where(one => !one.Runs).Select(StartGatewayAsync)]);

    /// <summary>Brings the tables to what this build needs, whatever runs on them.</summary>
    public Task MigrateAsync() => MigrateAsync(SiloProgram);

    /// <summary>Brings the tables back to what the build before knows; no silo runs on them.</summary>
    public async Task MigrateBackAsync()
    {
        var migrate = RunTool("migrate", "down", "--to", FormerStep.ToString(CultureInfo.InvariantCulture));
        Assert.True(await migrate.ExitCodeAsync(StartTime) == 0, migrate.Said);
    }

    /// <param name="descriptors">How many it may have; null: what the machine gives.</param>
    public Task StartSiloAsync(Member silo, int? descriptors = null) => LaunchSilo(silo, descriptors).LineAsync("Silo:", StartTime);

    /// <summary>One silo more, which may not come to serve.</summary>
    public Child RunSilo(bool former = false) => Add(new Child(
        former ? FormerSiloProgram : SiloProgram, [], SiloEnvironment(new Member(Ports.Free(), Ports.Free(), Ports.Free()))));

    /// <summary>One of the silo's tools, with the settings of a silo.</summary>
    public Child RunTool(params string[] arguments) => Add(new Child(SiloProgram, arguments, SiloEnvironment(Silos[0])));

    public Task StartGatewayAsync(Member gateway) => LaunchGateway(gateway).LineAsync("Gateway:", StartTime);

    /// <summary>Starts it and does not wait for what it says.</summary>
    public Child LaunchSilo(Member silo, int? descriptors = null) =>
        silo.Process = Add(new Child(silo.IsFormer ? FormerSiloProgram : SiloProgram, [], SiloEnvironment(silo), descriptors));

    public Child LaunchGateway(Member gateway) =>
        gateway.Process = Add(new Child(gateway.IsFormer ? Programs.FormerGateway : Programs.Gateway, [], GatewayEnvironment(gateway)));

    /// <summary>A silo's program with these settings, which refuse its start.</summary>
    public static Child RunSilo(Dictionary<string, string> settings) => new(SiloProgram, [], settings);

    /// <summary>Devices that join by a key at one of the gateways, as an operator starts them.</summary>
    /// <param name="sockets">Each holds a WebSocket.</param>
    /// <param name="settings">Further ones.</param>
    public Child RunAgents(int gateway, string key, string prefix, int count, bool sockets = false, params (string Name, string Value)[] settings) =>
        Add(new Child(
        Programs.Agent,
        ["fleet", "--count", Text(count), "--prefix", prefix, .. sockets ? ["--ws"] : Array.Empty<string>()],
        new Dictionary<string, string>([.. settings.Select(one => KeyValuePair.Create(one.Name, one.Value)), .. new Dictionary<string, string>
        {
            ["API_URL"] = Gateways[gateway].Address.ToString(),
            ["STATE_DIR"] = StateOf(prefix),
            ["ENROLMENT_KEY"] = key,
            ["BACKOFF_MAX"] = "1000",
        }])));

    /// <summary>Where agents with this prefix keep what they keep.</summary>
    public string StateOf(string prefix) => _agents[prefix];

    public Portal Portal(int gateway = 0, string role = "owner") => new(Gateways[gateway].Address, PortalToken.Of(role, Customer));

    /// <summary>A number of each member's metrics, summed over its labels.</summary>
    public static async Task<double[]> ReadAsync(string metric, IReadOnlyList<Member> members) => await Task.WhenAll(members.Select(async member =>
        (await MetricsAsync(member)).Split('\n')
            .Where(line => line.StartsWith(metric + '{', StringComparison.Ordinal) || line.StartsWith(metric + ' ', StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))));

    public static async Task<string> MetricsAsync(Member member)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{member.HealthPort}/metrics"));
    }

    /// <summary>Adds devices with secrets, over REST, as their owner does.</summary>
    public async Task<IReadOnlyList<FleetDevice>> AddDevicesAsync(int count, string prefix = "device-")
    {
        using var http = new HttpClient { BaseAddress = Gateways[0].Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("owner", Customer));
        var devices = new FleetDevice[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (number, stop) =>
        {
            var id = prefix + number.ToString("D5", CultureInfo.InvariantCulture);
            using var answer = await http.PostAsJsonAsync("api/v1/customer/devices?secret=true", new { deviceId = id }, stop);
            answer.EnsureSuccessStatusCode();
            devices[number] =
                new FleetDevice(id, (await answer.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("deviceSecret").GetString()!);
        });
        return devices;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }

        _agents.Dispose();
        Roll.Dispose();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    /// <summary>What any of our processes has said of faults; none may end a day with a stack trace.</summary>
    public string Said() => string.Join('\n', _children.Select(child => $"--- {child.Id}\n{child.Said}"));

    private async Task MigrateAsync(string program)
    {
        var migrate = Add(new Child(program, ["migrate", "up"], new Dictionary<string, string>(SiloEnvironment(Silos[0]))
        {
            ["BOOTSTRAP_CUSTOMER"] = Customer,
            ["BOOTSTRAP_ENROLMENT_KEY"] = EnrolmentKey,
        }));
        Assert.True(await migrate.ExitCodeAsync(StartTime) == 0, migrate.Said);
    }

    private Dictionary<string, string> SiloEnvironment(Member silo) => new([.. SiloSettings, .. new Dictionary<string, string>
    {
        ["DATABASE_URL"] = DatabaseUrl,
        ["REDIS_URL"] = Redis.Url,
        ["SILO_PORT"] = Text(silo.Port),
        ["SILO_GATEWAY_PORT"] = Text(silo.GatewayPort),
        ["HEALTH_PORT"] = Text(silo.HealthPort),
        ["BCRYPT_COST"] = "4",
        ["GOODBYE_BURST"] = "1000000",
        ["SILO_REBALANCE_PERIOD"] = "3000",
        ["DEVICE_HEARTBEAT_INTERVAL"] = "1000",
        ["DEVICE_HEARTBEAT_TIMEOUT"] = Text((int)Timeout.TotalMilliseconds),
    }]);

    private Dictionary<string, string> GatewayEnvironment(Member gateway) => new()
    {
        ["REDIS_URL"] = Redis.Url,
        ["PORT"] = Text(gateway.Port),
        ["METRICS_PORT"] = Text(gateway.HealthPort),
        ["PORTAL_JWT_KEY"] = PortalToken.KeySetting,
        ["SESSION_SIGNING_KEYS"] = SessionKeys,
        ["AUTH_BURST"] = "100000",
    };

    private static string SessionKeys { get; } = $"k1:{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Child Add(Child child)
    {
        _children.Add(child);
        return child;
    }
}
