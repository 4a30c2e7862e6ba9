using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>What nobody should send, and more of what one may.</summary>
public sealed class HubInputTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Refused => new(
        """{"limit":5001}""", """{"limit":0}""", """{"limit":-1}""", """{"limit":1e9}""", """{"limit":"5"}""", """{"limit":99999999999}""",
        """{"statuses":["asleep"]}""", """{"statuses":[null]}""", """{"statuses":"online"}""", """{"statuses":[0]}""",
        """{"deviceIds":[null]}""", """{"deviceIds":[""]}""", """{"deviceIds":["../x"]}""", """{"deviceIds":{}}""", """{"deviceIds":[1]}""",
        """{"acknowledge":1}""", """{"q":1}""", """{"q":"a\u0000"}""", """{"q":"a\nb"}""", "[]", "5", "\"online\"");

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Is_refused_with_a_code_and_what_was_watched_stays(string request)
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var portal = await OpenAsync(device.Customer);
        await portal.WatchAsync(new { });
        var refused = await Assert.ThrowsAsync<HubException>(() => portal.WatchAsync(JsonElement.Parse(request)));
        Assert.Contains("INVALID_REQUEST: ", refused.Message, StringComparison.Ordinal);
        (await device.BeatAsync()).Is(200);
        await Eventually.IsSoAsync(() => portal.Told.Any(told => told.GetProperty("status").GetString() == "online"), TestPortal.Unhealed);
    }

    [Fact]
    public async Task An_unknown_status_is_refused_with_those_that_there_are()
    {
        await using var portal = await OpenAsync("acme");
        var refused = await Assert.ThrowsAsync<HubException>(() => portal.WatchAsync(new { statuses = new[] { "degraded" } }));
        Assert.EndsWith("INVALID_REQUEST: statuses must be a list of offline and online.", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5_001, 1)]
    [InlineData(1, 201)]
    public async Task Too_much_is_refused_with_a_code(int ids, int letters)
    {
        await using var portal = await OpenAsync(TestGateway.NewName("customer"));
        var request = new { deviceIds = Enumerable.Range(0, ids).Select(number => $"d{number}"), q = new string('x', letters) };
        var refused = await Assert.ThrowsAsync<HubException>(() => portal.WatchAsync(request));
        Assert.Contains("INVALID_REQUEST: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", 2)]
    [InlineData("{}", 2)]
    [InlineData("""{"statuses":null,"deviceIds":null,"q":null,"limit":null,"other":[1]}""", 2)]
    [InlineData("""{"statuses":["offline","offline"],"limit":5000}""", 2)]
    [InlineData("""{"q":""}""", 2)]
    [InlineData("""{"limit":1}""", 1)]
    [InlineData("""{"statuses":[]}""", 0)]
    [InlineData("""{"deviceIds":[]}""", 0)]
    public async Task Odd_and_fine(string request, int devices)
    {
        var customer = TestGateway.NewName("customer");
        await TestDevice.CreateAsync(_gateway, customer);
        await TestDevice.CreateAsync(_gateway, customer);
        await using var portal = await OpenAsync(customer);
        var answer = await portal.WatchAsync(JsonElement.Parse(request));
        Assert.Equal(devices, answer.GetProperty("devices").GetArrayLength());
        Assert.Equal(2, answer.GetProperty("counts").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Five_thousand_of_the_longest_ids_fit_and_a_hundred_thousand_end_only_that_connection()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var portal = await OpenAsync(device.Customer);
        await portal.WatchAsync(new { deviceIds = Enumerable.Range(0, 4_999).Select(number => $"{number:D100}").Append(device.Id) });
        Assert.Equal("offline", portal.StatusOf(device.Id));

        await using var greedy = await OpenAsync(device.Customer);
        await Assert.ThrowsAnyAsync<Exception>(
            () => greedy.WatchAsync(new { deviceIds = Enumerable.Range(0, 100_000).Select(number => $"device-{number}") }));
        await greedy.Ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
        (await device.BeatAsync()).Is(200);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "online", TestPortal.Unhealed);
    }

    [Fact]
    public async Task A_hundred_watches_at_once_and_unwatches_between_them_end_with_the_last_one_and_leave_nothing_behind()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using (var portal = await OpenAsync(device.Customer))
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(number => number % 3 == 2 ? portal.UnwatchAsync() : portal.WatchAsync(new { })));
            await portal.WatchAsync(new { statuses = new[] { "online" } });
            (await device.BeatAsync()).Is(200);
            await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "online", TestPortal.Unhealed);
            await portal.UnwatchAsync();
            var told = portal.Told.Count;
            (await device.BeatAsync("""{"status":"offline"}""")).Is(200);
            await portal.WatchAsync(new { });
            Assert.Equal("offline", portal.StatusOf(device.Id));
            Assert.Equal(told, portal.Told.Count);
        }

        await Eventually.IsSoAsync(() => !_gateway.Part<PortalFeed>().Watches(device.Customer));
    }

    [Fact]
    public async Task A_connection_that_goes_in_the_middle_of_its_watch_leaves_nothing_behind()
    {
        var customer = TestGateway.NewName("customer");
        for (var time = 0; time < 20; time++)
        {
            var portal = await OpenAsync(customer);
            var watching = portal.WatchAsync(new { });
            await portal.DisposeAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await watching;
                throw new OperationCanceledException("It was quicker.");
            });
        }

        await Eventually.IsSoAsync(() => !_gateway.Part<PortalFeed>().Watches(customer));
    }

    [Fact]
    public async Task One_customer_cannot_open_portals_without_end()
    {
        await using var gateway = await TestGateway.StartAsync(("PORTAL_CONNECTIONS", "2"));
        await using var first = await OpenAsync("one", gateway);
        await using var second = await OpenAsync("one", gateway);
        await using (var third = await OpenAsync("one", gateway))
        {
            await third.Ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
        }

        await using var other = await OpenAsync("another", gateway);
        await other.WatchAsync(new { });
        await first.DisposeAsync();
        await Eventually.GetAsync<Exception?>(
            async () =>
            {
                await using var again = await OpenAsync("one", gateway);
                return await Record.ExceptionAsync(() => again.WatchAsync(new { }));
            },
            failed => failed is null);
    }

    private Task<TestPortal> OpenAsync(string customer, TestGateway? gateway = null) =>
        TestPortal.OpenAsync(gateway ?? _gateway, (gateway ?? _gateway).PortalToken("viewer", customer));
}
