using System.Diagnostics;
using Rollcall.Administration;

namespace Rollcall.Demo;

/// <summary>
/// The demo fleet: a real agent process that speaks the wire protocol like any other. Not respawned: killing it is how one
/// sees devices go offline. It ends with this process, also by kill -9, because its input ends.
/// </summary>
internal sealed partial class DemoFleet(GatewaySettings settings, CredentialsFile credentials, ILogger<DemoFleet> log) : IDisposable
{
    public const string Customer = "demo";
    public const string Prefix = "demo-";
    public const string FileName = "demo-fleet.jsonl";
    private Process? _agent;

    private string Arguments => $"fleet --ws --count {settings.DemoDevices} --credentials \"{credentials.Path}\"";

    /// <summary>Beside the database: it keeps the commands that its devices have begun.</summary>
    private string State => Path.Combine(Path.GetDirectoryName(credentials.Path)!, "demo-fleet");

    /// <param name="gateway">This gateway's own address: a proxy need not be there yet.</param>
    /// <param name="url">Where people reach it.</param>
    /// <param name="say">Tells people what it is, and what to try.</param>
    public void Start(string gateway, string url, Action<string> say)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "agent", "DeviceAgent.dll");
        if (settings.DemoDevices > 0 && !File.Exists(program))
        {
            LogMissing(program);
        }
        else if (settings.DemoDevices > 0)
        {
            _agent = Run(program, gateway);
            say($"Demo fleet: {settings.DemoDevices} devices of customer {Customer} in process {_agent.Id}. It is one agent, an ordinary client.");
        }

        foreach (var line in DemoHints.Of(gateway, url, _agent?.Id, Arguments, State, settings))
        {
            say(line);
        }
    }

    public void Dispose()
    {
        if (_agent is { } agent)
        {
            agent.StandardInput.Close();
            agent.Dispose();
        }
    }

    private Process Run(string program, string gateway)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", $"\"{program}\" {Arguments}")
        {
            RedirectStandardInput = true,
        };
        start.Environment["API_URL"] = gateway;
        start.Environment["EXIT_ON_STDIN_CLOSE"] = "true";
        start.Environment["STATE_DIR"] = State;
        start.Environment["HEALTH_PORT"] = "0";
        start.Environment["LOG_LEVEL"] = "error";
        return Process.Start(start)!;
    }

    [LoggerMessage(LogLevel.Warning, "No demo fleet: {Program} is not there")]
    private partial void LogMissing(string program);
}

/// <summary>What only a gateway with an embedded silo has.</summary>
internal static class DemoHosting
{
    public static void AddDemo(this IServiceCollection services, string data)
    {
        services.AddSingleton(CredentialsFile.In(data, DemoFleet.FileName));
        services.AddSingleton<DemoFleet>();
    }
}
