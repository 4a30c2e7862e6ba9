using System.Text.Json;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>Commands to a real agent that is restarted, killed and asleep.</summary>
public sealed class AgentCommandTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Id = "test-device-001";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task An_agent_restarts_when_asked_is_interrupted_by_a_kill_and_gets_three_in_order_that_waited_for_it(string socket)
    {
        var place = Install(timeoutSeconds: 30);
        var gateway = await place.StartAsync();
        using var portal = Portal.Of(place, gateway);
        var agent = await RunAsync(place, socket);
        var restarted = await portal.SendAsync(Id, """{"command":"restart"}""", wait: 20);
        Assert.Equal((200, "completed"), (restarted.Status, Text(restarted.Body, "status")));
        await agent.SaysAsync("starts anew", Soon);
        Assert.Equal(1, (await portal.DeviceAsync(Id)).Seq);

        var begun = (await portal.SendAsync(Id, """{"command":"diagnostics"}""")).Body;
        await StatusAsync(portal, begun, "acknowledged");
        await agent.KillAsync();
        var waiting = new List<JsonElement>();
        foreach (var number in new[] { 1, 2, 3 })
        {
            waiting.Add((await portal.SendAsync(Id, $$"""{"command":"echo","parameters":{{number}}}""")).Body);
        }

        agent = await RunAsync(place, socket, latency: 100);
        Assert.Equal("interrupted", Text(await StatusAsync(portal, begun, "failed"), "error"));
        var ended = new List<JsonElement>();
        foreach (var command in waiting)
        {
            ended.Add(await StatusAsync(portal, command, "completed"));
        }

        Assert.Equal([1, 2, 3], ended.OrderBy(command => Text(command, "acknowledgedAt"), StringComparer.Ordinal)
            .Select(command => command.GetProperty("result").GetInt32()));
        await agent.KillAsync();
    }

    private static async Task<Child> RunAsync(Installation place, string socket, int latency = 60_000)
    {
        var agent = place.RunAgent(new()
        {
            ["DEVICE_ID"] = Id,
            ["DEVICE_SECRET"] = "test-secret-12345",
            ["HEALTH_PORT"] = "0",
            ["WEBSOCKET"] = socket,
            ["MOCK_MODE"] = "true",
            ["MOCK_COMMAND_LATENCY"] = $"{latency}",
            ["COMMAND_TIMEOUT"] = "100000",
        });
        await agent.SaysAsync("is online", Soon);
        return agent;
    }

    private static async Task<JsonElement> StatusAsync(Portal portal, JsonElement command, string status)
    {
        JsonElement read = default;
        await Eventually.IsSoAsync(
            async () => Text(read = await portal.CommandAsync(Id, Text(command, "id")!), "status") == status, Soon, () => $"it is {status}: {read}");
        return read;
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
