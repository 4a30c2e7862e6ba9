using System.Net;
using System.Text.Json;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Tests.Beats;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Commands;

/// <summary>A device under a fake clock whose gateway has commands for it, and writes down what it says of them.</summary>
internal sealed class CommandBench : IDisposable
{
    public CommandBench(CommandJournal? journal = null, bool sockets = false, params ICommandHandler[] handlers)
    {
        Bench = new DeviceBench(sockets: sockets, commands: new CommandSet(handlers, TimeSpan.FromSeconds(5)), journal: journal);
        Bench.Gateway.Answer = Answer;
        Bench.Sockets.OnFrame = OnFrame;
    }

    public DeviceBench Bench { get; }

    /// <summary>What the next beats over REST carry.</summary>
    public string Commands { get; set; } = "[]";

    /// <summary>The body of each report, after the command's id.</summary>
    public List<string> Reports { get; } = [];

    /// <summary>What a report is answered over REST; 0: nothing.</summary>
    public Func<string, int> OnReport { get; set; } = _ => 200;

    /// <summary>The code of the error that a report over the socket is answered; null: it is taken.</summary>
    public Func<string, string?> OnSpokenReport { get; set; } = _ => null;

    public static string Command(string id, string name, string parameters = "null") =>
        $$"""{"id":"{{id}}","command":"{{name}}","parameters":"""
        + $$"""{{parameters}},"issuedAt":"2026-01-01T00:00:00.000Z","expiresAt":"2026-01-01T01:00:00.000Z"}""";

    public void Dispose() => Bench.Dispose();

    private HttpResponseMessage? Answer(Asked call)
    {
        if (call.Path == "/api/v1/device/heartbeat")
        {
            return StubGateway.Json(200, $$"""{"success":true,"received":true,"stored":true,"timestamp":"2026-01-01T00:00:00.000Z","nextHeartbeat":"""
                    + $$"""30000,"commands":{{Commands}}}""");
        }

        if (!call.Path.EndsWith("/result", StringComparison.Ordinal))
        {
            return StubGateway.Friendly(call);
        }

        var report = $"{call.Path.Split('/')[^2]} {call.Body}";
        Reports.Add(report);
        return OnReport(report) switch
        {
            0 => null,
            200 => StubGateway.Json(200, """{"success":true}"""),
            var status => StubGateway.Problem(status, ((HttpStatusCode)status).ToString().ToUpperInvariant()),
        };
    }

    private string? OnFrame(JsonElement frame)
    {
        var type = frame.GetProperty("type").GetString()!;
        if (type == "heartbeat")
        {
            return Connection.FakeDialer.Ack(frame);
        }

        var report = $"{type} {frame.GetProperty("commandId")} {frame.GetProperty("status")} {(frame.TryGetProperty("result", out var result)
                ? result.GetRawText() : "")}".TrimEnd();
        Reports.Add(report);
        return OnSpokenReport(report) is { } code
            ? $$"""{"type":"error","code":"{{code}}","requestId":{{frame.GetProperty("requestId")}}}"""
            : $$"""{"type":"ack","commandId":{{frame.GetProperty("commandId").GetRawText()}},"requestId":{{frame.GetProperty("requestId")}}}""";
    }
}

/// <summary>A handler of the test's, which counts its runs.</summary>
internal sealed class Doing(string name, Func<AgentCommand, CancellationToken, Task<CommandReport>>? run = null) : ICommandHandler
{
    public List<string> Runs { get; } = [];

    public string Name => name;

    public Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit)
    {
        Runs.Add(command.Id!);
        return run?.Invoke(command, limit) ?? Task.FromResult(CommandReport.Completed());
    }
}
