using System.Text.Json;
using Rollcall.Commands;
using Rollcall.Feed;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>Commands as a portal sees them, over a real socket.</summary>
public sealed class CommandHubTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Each_state_of_a_command_comes_whole_and_only_to_its_own_customer()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var portal = await OpenAsync(device.Customer);
        await using var stranger = await OpenAsync(TestGateway.NewName("customer"));
        await portal.WatchAsync(new { });
        await stranger.WatchAsync(new { });
        var sent = (await SendAsync(device, """{"command":"echo","parameters":{ "a": [1] }}""")).Is(202).Json;
        await Heard(portal, sent, "queued");
        Assert.Equal(sent.GetRawText(), portal.Commands.First().GetRawText());
        (await device.BeatAsync()).Is(200);
        await Heard(portal, sent, "sent");
        await SayAsync(device, sent, """{"status":"acknowledged"}""");
        await Heard(portal, sent, "acknowledged");
        await SayAsync(device, sent, """{"status":"completed","result":{ "a": [1] }}""");
        await Heard(portal, sent, "completed");
        Assert.Equal("""{ "a": [1] }""", portal.Commands.Last().GetProperty("result").GetRawText());
        Assert.Empty(stranger.Commands);
    }

    [Fact]
    public async Task A_page_that_shows_one_device_is_told_of_its_commands_only()
    {
        var customer = TestGateway.NewName("customer");
        var (shown, other) = (await TestDevice.SignedInAsync(_gateway, customer), await TestDevice.SignedInAsync(_gateway, customer));
        await using var portal = await OpenAsync(customer);
        await portal.WatchAsync(new { });
        await portal.WatchCommandsAsync(new[] { shown.Id });
        (await SendAsync(other, """{"command":"one"}""")).Is(202);
        var sent = (await SendAsync(shown, """{"command":"two"}""")).Is(202).Json;
        await Heard(portal, sent, "queued");
        Assert.Single(portal.Commands);

        await portal.WatchCommandsAsync(Array.Empty<string>());
        await using var beside = await OpenAsync(customer);
        await beside.WatchAsync(new { });
        await Heard(beside, (await SendAsync(shown, """{"command":"three"}""")).Is(202).Json, "queued");
        await portal.WatchCommandsAsync(null);
        await Heard(portal, (await SendAsync(other, """{"command":"four"}""")).Is(202).Json, "queued");
        Assert.Equal(2, portal.Commands.Count);
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => portal.WatchCommandsAsync(new[] { "no id" }));
        Assert.Contains("INVALID_REQUEST: deviceIds", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_that_was_lost_on_its_way_is_read_from_the_store()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var sent = (await SendAsync(device, """{"command":"echo"}""")).Is(202).Json;
        var queued =
            (await _gateway.Part<IGrainFactory>().GetFleet(device.Customer).Command(device.Id, sent.GetProperty("id").GetString()!)).Command!;
        await SayAsync(device, sent, """{"status":"completed"}""");
        await using var portal = await OpenAsync(device.Customer);
        await portal.WatchAsync(new { });

        // What a silo said before it was lost with the rest.
        await _gateway.Part<PortalFeed>().CommandsChanged([new CommandItem(device.Customer, queued)], missed: false);
        await Heard(portal, sent, "queued");
        await _gateway.Part<PortalFeed>().CommandsChanged([], missed: true);
        await Heard(portal, sent, "completed");
    }

    [Fact]
    public async Task A_portal_for_which_too_many_wait_is_closed_and_may_come_again()
    {
        await using var gateway = await TestGateway.StartAsync(("PORTAL_COMMANDS", "1"));
        var device = await TestDevice.SignedInAsync(gateway);
        await using var portal = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", device.Customer));
        await portal.WatchAsync(new { });
        (await SendAsync(device, """{"command":"one"}""", gateway)).Is(202);
        await Eventually.IsSoAsync(() => portal.Commands.Count == 1, TestPortal.Unhealed);
        var ids = Enumerable.Range(1, 100).Select(number => CommandIds.Of(number, new byte[12]));
        await gateway.Part<PortalFeed>().CommandsChanged(
            [.. ids.Select(id => new CommandItem(device.Customer, new Command(
                id, device.Id, 1, "c", null, CommandStatus.Completed, default, default, null, null, null, null, null, false, "owner")))],
            missed: false);
        await portal.Ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await using var again = await TestPortal.OpenAsync(gateway, gateway.PortalToken("viewer", device.Customer));
        await again.WatchAsync(new { });
        (await SendAsync(device, """{"command":"two"}""", gateway)).Is(202);
        await Eventually.IsSoAsync(() => again.Commands.Count == 1, TestPortal.Unhealed);
    }

    private static string? Status(JsonElement command) => command.GetProperty("status").GetString();

    private static Task<TimeSpan> Heard(TestPortal portal, JsonElement sent, string status) =>
        Eventually.IsSoAsync(
            () => portal.Commands.Any(told => told.GetProperty("id").GetString() == sent.GetProperty("id").GetString() && Status(told) == status),
            TestPortal.Unhealed);

    private Task<TestPortal> OpenAsync(string customer) => TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", customer));

    private Task<Answer> SendAsync(TestDevice device, string body, TestGateway? gateway = null) =>
        (gateway ?? _gateway).Portal("operator", device.Customer).PostAsync(device.Path + "/commands", body);

    private static async Task SayAsync(TestDevice device, JsonElement sent, string body) =>
        (await device.Self.PostAsync($"/api/v1/device/commands/{sent.GetProperty("id").GetString()}/result", body)).Is(200);
}
