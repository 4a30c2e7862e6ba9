using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Documents;

/// <summary>
/// Every program of docs/clients/ that this machine has the stack for, at once: each joins, does a command, loses its gateway by
/// kill -9, meets a stranger there, comes back to the next one by itself, and does another command; and once more, after a stop that took
/// its session as well. What became of each is asked by the tests.
/// </summary>
public sealed class ClientFleet : IAsyncLifetime
{
    // Alone they back off for some seconds; the machine may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Installation _place = new(demoDevices: 0, TimeSpan.FromSeconds(3));
    private readonly Dictionary<string, Process> _running = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _said = new();
    private readonly Dictionary<string, string> _devices = [];

    /// <summary>Why a program cannot run here, by its name.</summary>
    internal ConcurrentDictionary<string, string> Missing { get; } = new();

    /// <summary>What went wrong with a program, by its name.</summary>
    internal ConcurrentDictionary<string, string> Failed { get; } = new();

    /// <summary>The device that device.py was, after a plain kill.</summary>
    internal Seen? Goodbye { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _place.Settings["DEVICE_LINK_DRAIN"] = "1000";
        var programs = Path.Combine(_place.Folder, "clients");
        Copy(Path.Combine(Example.Documents, "clients"), programs);
        var devices = (await File.ReadAllLinesAsync(await _place.SeedAsync(Client.All.Count))).Select(line => JsonElement.Parse(line)).ToArray();
        var environments = Client.All.Zip(devices).ToDictionary(pair => pair.First.Name, pair => new Dictionary<string, string>
        {
            ["API_URL"] = _place.Address.ToString().TrimEnd('/'),
            ["DEVICE_ID"] = _devices[pair.First.Name] = pair.Second.GetProperty("deviceId").GetString()!,
            ["DEVICE_SECRET"] = pair.Second.GetProperty("deviceSecret").GetString()!,
        });
        await Task.WhenAll(Client.All.Select(client => MakeReadyAsync(client, programs, environments[client.Name])));

        var gateway = await _place.StartAsync();
        var ready = Client.All.Where(client => !Missing.ContainsKey(client.Name) && !Failed.ContainsKey(client.Name)).ToArray();
        foreach (var client in ready)
        {
            _running[client.Name] = Hear(client.Name, Client.Start(client.Run, programs, environments[client.Name]));
        }

        await AllDoAsync(ready, gateway, "joined");
        await gateway.Process.KillAsync();
        await using (var stranger = await Stranger.AtAsync(_place.Address))
        {
            await Eventually.IsSoAsync(() => stranger.Asked >= ready.Length, Patience,
                () => $"{ready.Length} devices met a stranger, {stranger.Asked} times");
        }

        gateway = await _place.StartAsync();
        await AllDoAsync(ready, gateway, "came back from a kill -9");

        // One that stops says so on every socket. The next has other keys: all tokens are void, and each signs in again.
        Assert.True(Signals.Terminate(gateway.Process.Id));
        await gateway.Process.ExitCodeAsync(TimeSpan.FromSeconds(30));
        _place.Settings["SESSION_SIGNING_KEYS"] = "other:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        gateway = await _place.StartAsync();
        await AllDoAsync(ready, gateway, "came back from a stop, without a session");
        if (_running.TryGetValue("device.py", out var polite) && Signals.Terminate(polite.Id))
        {
            await polite.WaitForExitAsync();
            using var portal = Portal.Of(_place, gateway);
            Goodbye = await portal.DeviceAsync(_devices["device.py"]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task MakeReadyAsync(Client client, string programs, Dictionary<string, string> environment)
    {
        if (await Client.FailureAsync(client.Needs, programs, environment) is not null)
        {
            Missing[client.Name] = $"{client.Name} needs {client.Packages}.";
        }
        else if (client.Build is { } build && await Client.FailureAsync(build, programs, environment) is { } failure)
        {
            Failed[client.Name] = failure;
        }
    }

    /// <summary>Each is online at this gateway, by its own doing, and completes a command.</summary>
    private Task AllDoAsync(IEnumerable<Client> clients, GatewayProcess gateway, string after) => Task.WhenAll(clients.Select(async client =>
    {
        try
        {
            using var portal = Portal.Of(_place, gateway);
            var device = _devices[client.Name];
            await Eventually.IsSoAsync(async () => await BeatsAsync(portal, device, gateway), Patience, () => $"{client.Name} {after}");
            var (status, command) = await portal.SendAsync(device, """{"command":"echo","parameters":{"said":"\"Grüße\" \\ 1"}}""", wait: 20);
            Assert.Equal((200, "completed"), (status, command.GetProperty("status").GetString()));
            Assert.Equal("\"Grüße\" \\ 1", command.GetProperty("result").GetProperty("said").GetString());
        }
        catch (Exception fault)
        {
            Failed.TryAdd(client.Name, $"{fault.Message} It said:\n{string.Join('\n', _said[client.Name].TakeLast(30))}");
        }
    }));

    private static async Task<bool> BeatsAsync(Portal portal, string device, GatewayProcess gateway) =>
        await portal.DeviceAsync(device) is { Status: "online", LastSeen: { } seen } && seen > gateway.Process.StartedAt;

    private Process Hear(string name, Process process)
    {
        var lines = _said[name] = new();
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
