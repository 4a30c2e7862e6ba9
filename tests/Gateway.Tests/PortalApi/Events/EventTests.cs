using System.Text.Json;
using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Events;

public sealed class EventTests(SharedGateway shared)
{
    private const string Fleet = "/api/v1/customer/events";
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_new_device_has_no_events_and_the_first_will_be_1()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        Assert.Equal("""{"events":[],"firstSeq":1}""", (await device.Owner.GetAsync(device.Path + "/events")).Is(200).Text);
    }

    [Fact]
    public async Task Transitions_come_ascending_without_a_gap()
    {
        var device = await Flapped(3);
        var answer = (await device.Owner.GetAsync(device.Path + "/events")).Is(200);
        var events = answer.Of("events").EnumerateArray().ToArray();

        Assert.Equal([1, 2, 3, 4, 5, 6], events.Select(Seq));
        Assert.Equal(1, answer.Of("firstSeq").GetInt64());
        Assert.All(events, one =>
        {
            ContractChecks.HasExactly(one, "seq", "from", "to", "reason", "at");
            ContractChecks.CheckTime(one.GetProperty("at"));
            var online = Seq(one) % 2 == 1;
            Assert.Equal(online ? ("offline", "online", "heartbeat") : ("online", "offline", "goodbye"),
                (Text(one, "from"), Text(one, "to"), Text(one, "reason")));
        });
        Assert.Equal(Text(events[^1], "at"), (await device.ReadAsync()).GetProperty("statusSince").GetString());
    }

    [Theory]
    [InlineData("?after=0", 200, 1, 2, 3, 4)]
    [InlineData("?after=2", 200, 3, 4)]
    [InlineData("?after=1&limit=2", 200, 2, 3)]
    [InlineData("?limit=1", 200, 1)]
    [InlineData("?after=4", 200)]
    [InlineData("?after=5", 200)]
    [InlineData("?after=9223372036854775807", 200)]
    [InlineData("?limit=1000", 200, 1, 2, 3, 4)]
    [InlineData("?limit=1001", 400)]
    [InlineData("?limit=0", 400)]
    [InlineData("?after=-1", 400)]
    [InlineData("?after=x", 400)]
    [InlineData("?after=9223372036854775808", 400)]
    public async Task After_and_limit_choose(string query, int status, params int[] seqs)
    {
        var device = await Flapped(2);
        var answer = (await device.Owner.GetAsync(device.Path + "/events" + query)).Is(status);
        Assert.Equal(seqs.Select(seq => (long)seq), status == 200 ? answer.Of("events").EnumerateArray().Select(Seq) : []);
    }

    [Fact]
    public async Task The_fleets_log_goes_on_where_its_cursor_stands()
    {
        var first = await Flapped(1);
        var all = (await first.Owner.GetAsync(Fleet)).Is(200);
        ContractChecks.HasExactly(all.Json, "events", "nextCursor");
        Assert.All(all.Of("events").EnumerateArray(), one => ContractChecks.HasExactly(one, "deviceId", "seq", "from", "to", "reason", "at"));
        Assert.Equal([(first.Id, 1), (first.Id, 2)], Keys(all));

        var none = (await first.Owner.GetAsync($"{Fleet}?cursor={all.TextOf("nextCursor")}")).Is(200);
        Assert.Empty(Keys(none));
        Assert.NotNull(none.TextOf("nextCursor"));

        var second = await TestDevice.SignedInAsync(_gateway, first.Customer);
        (await second.BeatAsync()).Is(200);
        (await first.BeatAsync()).Is(200);
        var one = (await first.Owner.GetAsync($"{Fleet}?limit=1&cursor={none.TextOf("nextCursor")}")).Is(200);
        var rest = (await first.Owner.GetAsync($"{Fleet}?cursor={one.TextOf("nextCursor")}")).Is(200);
        Assert.Equal([(second.Id, 1)], Keys(one));
        Assert.Equal([(first.Id, 3)], Keys(rest));
    }

    [Fact]
    public async Task An_empty_fleet_has_a_cursor_too()
    {
        var owner = _gateway.Portal("owner", TestGateway.NewName("empty"));
        var answer = (await owner.GetAsync(Fleet)).Is(200);
        Assert.Empty(Keys(answer));
        (await owner.GetAsync($"{Fleet}?cursor={answer.TextOf("nextCursor")}")).Is(200);
    }

    [Theory]
    [InlineData("?cursor=nonsense")]
    [InlineData("?cursor=ZDE6YQ")] // The device list's.
    [InlineData("?cursor=ZTE6LTE")] // e1:-1
    [InlineData("?limit=1001")]
    [InlineData("?limit=0")]
    public async Task Parameters_are_checked(string query) =>
        (await _gateway.Portal("viewer", "c").GetAsync(Fleet + query)).Refused(400, "INVALID_REQUEST");

    private async Task<TestDevice> Flapped(int times)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        for (var i = 0; i < times; i++)
        {
            (await device.BeatAsync()).Is(200);
            (await device.BeatAsync("""{"status":"offline"}""")).Is(200);
        }

        return device;
    }

    private static long Seq(JsonElement one) => one.GetProperty("seq").GetInt64();

    private static string? Text(JsonElement one, string member) => one.GetProperty(member).GetString();

    private static (string, long)[] Keys(Answer answer) =>
        [.. answer.Of("events").EnumerateArray().Select(one => (Text(one, "deviceId")!, Seq(one)))];
}
