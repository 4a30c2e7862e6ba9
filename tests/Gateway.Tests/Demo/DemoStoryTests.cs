using System.Text.Json;
using Rollcall.Running;

namespace Rollcall.Demo;

public sealed class DemoStoryTests
{
    private const string Devices = "/api/v1/customer/devices";

    [Fact]
    public async Task Eight_devices_have_names_and_places_and_one_is_in_maintenance()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "8"));
        var devices = await ListAsync(gateway);
        Assert.Equal(8, devices.Select(device => device.GetProperty("name").GetString()).Distinct().Count());
        Assert.All(devices, device => Assert.NotEmpty(device.GetProperty("location").GetString()!));
        Assert.Equal(["demo-00008"], devices.Where(device => device.GetProperty("mode").GetString() == "maintenance").Select(Id));
    }

    [Fact]
    public async Task The_maintenance_says_why_and_ends_in_an_hour()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "8"));
        var device = (await ListAsync(gateway)).Single(one => Id(one) == "demo-00008");
        Assert.Equal("maintenance", device.GetProperty("state").GetString());
        Assert.Equal("New cable", device.GetProperty("modeNote").GetString());
        var left = device.GetProperty("modeUntil").GetDateTimeOffset() - TimeProvider.System.GetUtcNow();
        Assert.InRange(left, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task One_beats_once_an_hour()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "8"));
        var device = (await ListAsync(gateway)).Single(one => Id(one) == "demo-00005");
        Assert.Equal(3_600_000, device.GetProperty("heartbeatInterval").GetInt32());
        Assert.Equal(7_800_000, device.GetProperty("heartbeatTimeout").GetInt32());
    }

    [Fact]
    public async Task No_device_is_down_at_the_first_look()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "8"));
        Assert.DoesNotContain("down", (await ListAsync(gateway)).Select(one => one.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task One_has_a_bad_night_behind_it_which_is_marked_as_made_up()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "8"));
        var device = (await ListAsync(gateway)).Single(one => Id(one) == "demo-00007");
        Assert.Contains("demo history", device.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Equal("online", device.GetProperty("status").GetString());
        var events = (await Viewer(gateway).GetAsync($"{Devices}/demo-00007/events?limit=200")).Of("events").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(1, 19), events.Select(one => one.GetProperty("seq").GetInt32()));
        Assert.Equal(events.Select(At).Order(), events.Select(At));
        Assert.Equal(9, events.Count(one => one.GetProperty("to").GetString() == "offline"));
    }

    [Fact]
    public async Task The_fleets_log_has_what_is_made_up_in_the_order_of_its_times()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "8"));
        var events = (await Viewer(gateway).GetAsync("/api/v1/customer/events?limit=200")).Of("events").EnumerateArray().ToArray();
        Assert.Equal(21, events.Length);
        Assert.Equal(events.Select(At).Order(), events.Select(At));
    }

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        var before = await TextsAsync(folder);
        Assert.Equal(before, await TextsAsync(folder));
    }

    [Fact]
    public async Task A_fleet_of_another_size_is_plain()
    {
        await using var gateway = await TestGateway.StartAsync(("Demo:Devices", "5"));
        Assert.All(await ListAsync(gateway), device => Assert.Equal(JsonValueKind.Null, device.GetProperty("name").ValueKind));
    }

    private static async Task<string[]> TextsAsync(TemporaryFolder folder)
    {
        await using var gateway = await TestGateway.StartAsync(folder, ("Demo:Devices", "8"));
        return [.. (await ListAsync(gateway)).Select(device => $"{Id(device)} {device.GetProperty("name")} {device.GetProperty("seq")}")];
    }

    private static async Task<JsonElement[]> ListAsync(TestGateway gateway) =>
        [.. (await Viewer(gateway).GetAsync(Devices)).Of("devices").EnumerateArray()];

    private static Caller Viewer(TestGateway gateway) => gateway.Portal("viewer", DemoFleet.Customer);

    private static string Id(JsonElement device) => device.GetProperty("deviceId").GetString()!;

    private static string At(JsonElement change) => change.GetProperty("at").GetString()!;
}
