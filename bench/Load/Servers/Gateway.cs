using System.Globalization;
using System.Text.Json;
using Rollcall.Load.Generator;

namespace Rollcall.Load.Servers;

/// <summary>A real gateway with an embedded silo on a folder of its own, and its devices.</summary>
internal sealed class Gateway : IDisposable
{
    private const string Marker = "Portal: ";
    private readonly string _data = Directory.CreateTempSubdirectory("rollcall-load-").FullName;
    private readonly Dictionary<string, string> _environment;
    private readonly string _program;

    public Gateway(GatewayBuild build, string sessionKeys)
    {
        Name = build.Name;
        _program = build.Program;
        _environment = new Dictionary<string, string>(build.Environment)
        {
            ["DATA_DIR"] = _data,
            ["PORT"] = "0",
            ["Demo__Devices"] = "0",
            ["AUTH_BURST"] = "1000000",
            ["AUTH_RATE"] = "1000000",
            [SessionKeys.Setting] = sessionKeys,
        };
    }

    public string Name { get; }

    public ServerProcess? Process { get; private set; }

    /// <summary>One for each device, in the order of their ids.</summary>
    public IReadOnlyList<Beat> Beats { get; private set; } = [];

    public async Task StartAsync(CancellationToken cancellation) =>
        Process = await ServerProcess.StartAsync(Marker, [_program], _environment, cancellation);

    /// <summary>Adds devices while no gateway runs on the folder.</summary>
    public Task SeedAsync(int devices, CancellationToken cancellation) =>
        ServerProcess.RunAsync([_program, "seed", "--devices", devices.ToString(CultureInfo.InvariantCulture)], _environment, cancellation);

    /// <summary>Signs every device in, over REST.</summary>
    public void SignIn()
    {
        using var errand = new Errand(Process!.Port);
        Beats = [.. File.ReadLines(Directory.GetFiles(_data, "seeded-*.jsonl").Single()).Select(credential => SignIn(errand, credential))];
    }

    /// <summary>Kills the gateway, starts it again and compares what its list shows with what the devices were promised.</summary>
    /// <returns>Devices whose newest acknowledged beat is not there.</returns>
    public async Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellation)
    {
        Process!.Dispose();
        Process = null;
        await StartAsync(cancellation);
        var seen = LastSeen();
        return [.. Beats
            .Where(beat => string.CompareOrdinal(seen.GetValueOrDefault(beat.DeviceId) ?? "", beat.Acknowledged) < 0)
            .Select(beat => $"{beat.DeviceId}: acknowledged {beat.Acknowledged}, stored {seen.GetValueOrDefault(beat.DeviceId) ?? "nothing"}")];
    }

    public void Dispose()
    {
        Process?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static Beat SignIn(Errand errand, string credential)
    {
        var id = JsonDocument.Parse(credential).RootElement.GetProperty("deviceId").GetString()!;
        return new Beat(id, errand.Post("/api/v1/device/auth", credential).GetProperty("token").GetString()!);
    }

    private Dictionary<string, string?> LastSeen()
    {
        var token = Process!.Address.Fragment["#token=".Length..];
        using var errand = new Errand(Process.Port);
        var seen = new Dictionary<string, string?>();
        var cursor = "";
        while (true)
        {
            var page = errand.Get($"/api/v1/customer/devices?limit=200{cursor}", token);
            foreach (var device in page.GetProperty("devices").EnumerateArray())
            {
                seen[device.GetProperty("deviceId").GetString()!] = device.GetProperty("lastSeen").GetString();
            }

            if (page.GetProperty("nextCursor").GetString() is not { } next)
            {
                return seen;
            }

            cursor = $"&cursor={Uri.EscapeDataString(next)}";
        }
    }
}
