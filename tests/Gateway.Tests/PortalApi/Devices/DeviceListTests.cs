using System.Text.Json;
using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

public sealed class DeviceListTests(SharedGateway shared)
{
    private const string Path = "/api/v1/customer/devices";
    private readonly TestGateway _gateway = shared.Gateway;
    private readonly string _customer = TestGateway.NewName("customer");

    [Fact]
    public async Task An_empty_fleet_is_an_empty_page()
    {
        var page = await List("");
        ContractChecks.HasExactly(page.Json, "devices", "nextCursor", "counts", "asOf");
        Assert.Equal(0, page.Of("devices").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, page.Of("nextCursor").ValueKind);
        Assert.Equal(
            """
            {"total":0,"online":0,"offline":0,"states":
            {"online":0,"degraded":0,"down":0,"signed_off":0,"never_seen":0,"maintenance":0,"disabled":0}}
            """.ReplaceLineEndings(""), page.Of("counts").GetRawText());
        ContractChecks.CheckTime(page.Of("asOf"));
    }

    [Fact]
    public async Task Devices_come_by_ascending_id_as_text_sorts()
    {
        foreach (var id in new[] { "b", "B", "10", "9", "a.b", "a-b", "a:b", "a_b" })
        {
            await Add($"{id}.{_customer}");
        }

        var page = await List("");
        var ids = Ids(page);
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(8, ids.Length);
        Assert.All(page.Of("devices").EnumerateArray(), ContractChecks.CheckDevice);
    }

    [Fact]
    public async Task Filters_narrow_and_counts_ignore_them()
    {
        foreach (var status in new[] { "healthy", "degraded", "offline", null })
        {
            var device = await TestDevice.SignedInAsync(_gateway, _customer, $"{status ?? "silent"}.{_customer}");
            if (status is not null)
            {
                (await device.BeatAsync($$"""{"status":"{{status}}"}""")).Is(200);
            }
        }

        Assert.Equal(["degraded", "healthy"], await Short("?status=online"));
        Assert.Equal(["offline", "silent"], await Short("?status=offline"));
        Assert.Equal(["degraded"], await Short("?health=degraded"));
        Assert.Equal(["healthy"], await Short("?status=online&health=healthy"));
        Assert.Equal(["healthy"], await Short("?status=online&q=HEAL"));
        Assert.Empty(await Short("?q=nothing-like-it"));
        Assert.Equal(
            """
            {"total":4,"online":2,"offline":2,"states":
            {"online":1,"degraded":1,"down":0,"signed_off":0,"never_seen":2,"maintenance":0,"disabled":0}}
            """.ReplaceLineEndings(""),
            (await List("?q=nothing-like-it&status=offline")).Of("counts").GetRawText());
    }

    [Theory]
    [InlineData("KÜHLHAUS", "kühl")]
    [InlineData("50% off_x", "% OFF_")]
    [InlineData("it's \\ \"here\"", "'S \\ \"")]
    [InlineData("日本 🚚", "🚚")]
    public async Task Q_is_a_substring_of_the_name_in_any_case(string name, string q)
    {
        await Add($"x.{_customer}", name);
        await Add($"y.{_customer}", "other");

        Assert.Equal(["x"], await Short("?q=" + Uri.EscapeDataString(q)));
        Assert.Empty(await Short("?q=" + Uri.EscapeDataString(q + "\u0001")));
    }

    [Fact]
    public async Task Pages_follow_each_other_and_a_device_present_throughout_appears_once()
    {
        for (var number = 0; number < 7; number++)
        {
            await Add($"{number}.{_customer}");
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await List($"?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(Ids(page).Select(id => id.Split('.')[0]));
            cursor = page.TextOf("nextCursor");
            if (seen.Count == 2)
            {
                (await _gateway.Portal("owner", _customer).DeleteAsync($"{Path}/1.{_customer}")).Is(204);
                await Add($"0a.{_customer}");
            }
        }
        while (cursor is not null);

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], seen);
    }

    [Fact]
    public async Task A_full_last_page_has_no_next()
    {
        await Add($"1.{_customer}");
        await Add($"2.{_customer}");
        Assert.Null((await List("?limit=2")).TextOf("nextCursor"));
    }

    [Theory]
    [InlineData("?limit=200", 200)]
    [InlineData("?limit=1", 200)]
    [InlineData("?limit=201", 400)]
    [InlineData("?limit=0", 400)]
    [InlineData("?limit=-1", 400)]
    [InlineData("?limit=1.5", 400)]
    [InlineData("?limit=99999999999", 400)]
    [InlineData("?limit=%C2%A0", 400)]
    [InlineData("?status=ONLINE", 400)]
    [InlineData("?status=asleep", 400)]
    [InlineData("?status=0", 400)]
    [InlineData("?health=sick", 400)]
    [InlineData("?cursor=nonsense", 400)]
    [InlineData("?cursor=!!!!", 400)]
    [InlineData("?cursor=ZTE6NQ", 400)] // The event log's.
    [InlineData("?cursor=ZDE6AA", 400)] // d1: and U+0000.
    [InlineData("?q=%00", 400)]
    [InlineData("?q=a%00b", 400)]
    [InlineData("?q=%FF", 200)]
    [InlineData("?q=%ED%A0%80", 200)]
    [InlineData("?unknown=1", 200)]
    [InlineData("?q=&status=&limit=&cursor=", 200)]
    public async Task Parameters_are_checked(string query, int status)
    {
        var answer = (await _gateway.Portal("viewer", _customer).GetAsync(Path + query)).Is(status);
        if (status == 400)
        {
            answer.Refused(400, "INVALID_REQUEST");
            Assert.True(answer.Of("errors").TryGetProperty(query[1..query.IndexOf('=')], out _), answer.Text);
        }
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 400)]
    public async Task Q_has_at_most_200_characters(int length, int status) =>
        (await _gateway.Portal("viewer", _customer).GetAsync($"{Path}?q={new string('q', length)}")).Is(status);

    private async Task<Answer> List(string query) => (await _gateway.Portal("viewer", _customer).GetAsync(Path + query)).Is(200);

    private async Task<string[]> Short(string query) => [.. Ids(await List(query)).Select(id => id.Split('.')[0])];

    private static string[] Ids(Answer page) =>
        [.. page.Of("devices").EnumerateArray().Select(device => device.GetProperty("deviceId").GetString()!)];

    private async Task Add(string id, string? name = null) => (await _gateway.Portal("owner", _customer).PostAsync(
        Path, JsonSerializer.Serialize(new { deviceId = id, name }))).Is(201);
}
