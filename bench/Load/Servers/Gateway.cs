using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Rollcall.Load.Generator;

namespace Rollcall.Load.Servers;

/// <summary>A real gateway with an embedded silo on a folder of its own, and its devices.</summary>
internal sealed class Gateway : IInstallation
{
    private const string WellKnown = "test-device-001";
    private readonly string _data = Directory.CreateTempSubdirectory("rollcall-load-").FullName;
    private readonly Dictionary<string, string> _environment;
    private readonly string _program;
    private readonly OutputCounts _output = new();
    private ServerProcess? _process;

    /// <param name="port">0: a free one at each start.</param>
    public Gateway(GatewayBuild build, string sessionKeys, int port = 0)
    {
        Name = build.Name;
        _program = build.Program;
        _environment = new Dictionary<string, string>(build.Environment)
        {
            ["DATA_DIR"] = _data,
            ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["Demo__Devices"] = "0",
            ["AUTH_BURST"] = "1000000",
            ["AUTH_RATE"] = "1000000",
            [SessionKeys.Setting] = sessionKeys,
        };
        _environment.TryAdd("Logging__LogLevel__Default", "Error");
    }

    public string Name { get; }

    public IServer Server => _process!;

    public IReadOnlyList<Beat> Beats { get; private set; } = [];

    public IReadOnlyList<string> Credentials { get; private set; } = [];

    public IReadOnlyList<(string Name, IReadOnlyList<int> Processes)> Parts => [("gateway, silo inside", [_process!.Id])];

    public async Task StartAsync(int devices, CancellationToken cancellation)
    {
        if (devices > 0)
        {
            await ServerProcess.RunAsync([_program, "seed", "--devices", devices.ToString(CultureInfo.InvariantCulture)], _environment, cancellation);
        }

        await ServeAsync(cancellation);
        using var client = new SetupClient(_process!.Port);
        Credentials = [.. File.ReadLines(Directory.GetFiles(_data, "seeded-*.jsonl").SingleOrDefault() ?? "/dev/null")];
        Beats = [.. Credentials.Select(credential =>
            StoreCheck.SignIn(client, JsonDocument.Parse(credential).RootElement.GetProperty("deviceId").GetString()!, credential))];
    }

    public Task<string> TokenAsync(CancellationToken cancellation) => Task.FromResult(Token);

    public Task RestartAsync(CancellationToken cancellation) => RestartAsync(chosen: 0, cancellation);

    /// <summary>Meanwhile so many of its devices get the secret that somebody chose for the well-known one.</summary>
    public async Task RestartAsync(int chosen, CancellationToken cancellation)
    {
        if (chosen > 0)
        {
            // The well-known device is made when it first signs in.
            using var client = new SetupClient(_process!.Port);
            StoreCheck.SignIn(client, WellKnown, ChosenCredential(WellKnown));
        }

        _process!.Dispose();
        _process = null;
        if (chosen > 0)
        {
            Choose(chosen);
        }

        await ServeAsync(cancellation);
    }

    public static string ChosenCredential(string deviceId) => $$"""{"deviceId":"{{deviceId}}","deviceSecret":"test-secret-12345"}""";

    public string Output() => _output.Take();

    public async Task<IReadOnlyList<string>> LostAsync(CancellationToken cancellation)
    {
        await RestartAsync(cancellation);
        return StoreCheck.Lost(Beats, _process!.Port, Token);
    }

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private void Choose(int count)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "rollcall.db")}");
        connection.Open();
        using var update = connection.CreateCommand();
        update.CommandText = $"""
            UPDATE devices SET credential = (SELECT credential FROM devices WHERE device_id = '{WellKnown}')
            WHERE device_id IN (SELECT device_id FROM devices WHERE device_id <> '{WellKnown}' ORDER BY device_id LIMIT $count)
            """;
        update.Parameters.AddWithValue("$count", count);
        update.ExecuteNonQuery();
    }

    private string Token => new Uri(_process!.Announced).Fragment["#token=".Length..];

    private async Task ServeAsync(CancellationToken cancellation) =>
        _process = await ServerProcess.StartAsync("Portal: ", [_program], _environment, _output, cancellation);
}
