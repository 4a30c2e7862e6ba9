using System.Globalization;

namespace Rollcall.Support.Processes;

/// <summary>A DATA_DIR, a PORT and settings, and the processes started with them.</summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<Child> _children = [];

    public Installation(int demoDevices, TimeSpan timeout)
    {
        Timeout = timeout;
        Settings = new Dictionary<string, string>
        {
            ["PORT"] = Port.ToString(CultureInfo.InvariantCulture),
            ["DATA_DIR"] = Folder,
            ["Demo__Devices"] = demoDevices.ToString(CultureInfo.InvariantCulture),
            ["BCRYPT_COST"] = "4",
            ["GOODBYE_BURST"] = "1000000",
            ["DEVICE_HEARTBEAT_INTERVAL"] = "1000",
            ["DEVICE_HEARTBEAT_TIMEOUT"] = timeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
        };
    }

    public string Folder => _folder.Path;

    public int Port { get; } = Ports.Free();

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>Silence after which its devices are offline.</summary>
    public TimeSpan Timeout { get; }

    public Dictionary<string, string> Settings { get; }

    /// <summary>The limit of descriptors that its processes have; null: the machine's.</summary>
    public int? Descriptors { get; init; }

    /// <summary>Its gateway is started next as the build before.</summary>
    public bool IsFormer { get; set; }

    private Dictionary<string, string> AgentSettings => new() { ["API_URL"] = Address.ToString(), ["STATE_DIR"] = Path.Combine(Folder, "agent") };

    /// <summary>Starts the gateway and waits until it says where the portal is.</summary>
    public async Task<GatewayProcess> StartAsync()
    {
        var process = Run();
        var line = await process.LineAsync("Portal:", TimeSpan.FromSeconds(60));
        return new GatewayProcess(process, line, process.Age.Elapsed);
    }

    /// <summary>The gateway's program with these arguments.</summary>
    public Child Run(params string[] arguments) => RunWith([], arguments);

    public Child RunWith(Dictionary<string, string> settings, params string[] arguments) =>
        Add(new Child(
            IsFormer ? Programs.FormerGateway : Programs.Gateway,
            arguments,
            new Dictionary<string, string>([.. Settings.Where(one => !settings.ContainsKey(one.Key)), .. settings]),
            Descriptors));

    /// <summary>Another program of ours on the same data.</summary>
    public Child RunTool(string program, Dictionary<string, string> settings, params string[] arguments) =>
        Add(new Child(program, arguments, new Dictionary<string, string>(settings) { ["DATA_DIR"] = Folder }));

    /// <summary>The agent's program with these arguments, against this installation.</summary>
    public Child RunAgent(Dictionary<string, string> settings, params string[] arguments) =>
        Add(
            new Child(Programs.Agent, arguments,
                new Dictionary<string, string>([.. AgentSettings.Where(one => !settings.ContainsKey(one.Key)), .. settings])));

    /// <summary>Adds devices; the gateway must not run.</summary>
    /// <returns>Where their secrets are.</returns>
    public async Task<string> SeedAsync(int devices)
    {
        var seed = Run("seed", "--devices", devices.ToString(CultureInfo.InvariantCulture));
        Assert.True(await seed.ExitCodeAsync(TimeSpan.FromSeconds(60)) == 0, seed.Said);
        return Path.Combine(Folder, "seeded-demo-device.jsonl");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }

        _folder.Dispose();
    }

    private Child Add(Child child)
    {
        _children.Add(child);
        return child;
    }
}
