using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

public sealed class PortalHubTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task What_is_there_comes_as_a_snapshot_and_what_happens_comes_after_it()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var portal = await OpenAsync(device.Customer);
        var snapshot = await portal.WatchAsync(new { });
        Assert.Equal("offline", portal.StatusOf(device.Id));
        Assert.Equal(1, snapshot.GetProperty("counts").GetProperty("total").GetInt64());
        Assert.False(snapshot.GetProperty("truncated").GetBoolean());

        (await device.BeatAsync()).Is(200);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "online", TestPortal.Unhealed);
        (await device.BeatAsync("""{"status":"offline"}""")).Is(200);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "offline", TestPortal.Unhealed);
        Assert.Equal("goodbye", portal.Devices[device.Id].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_new_and_a_removed_device_are_told_and_counted()
    {
        var customer = TestGateway.NewName("customer");
        await using var portal = await OpenAsync(customer);
        await portal.WatchAsync(new { });
        var device = await TestDevice.CreateAsync(_gateway, customer);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "offline", TestPortal.Unhealed);
        await Eventually.IsSoAsync(
            () => portal.Counts.ValueKind != default && portal.Counts.GetProperty("total").GetInt64() == 1, TestPortal.Unhealed);
        (await device.Owner.DeleteAsync(device.Path)).Is(204);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) is null, TestPortal.Unhealed);
    }

    [Fact]
    public async Task Two_customers_never_see_each_other()
    {
        var (mine, theirs) = (await TestDevice.SignedInAsync(_gateway), await TestDevice.SignedInAsync(_gateway));
        await using var portal = await OpenAsync(mine.Customer);
        await using var other = await OpenAsync(theirs.Customer);
        await portal.WatchAsync(new { deviceIds = new[] { mine.Id, theirs.Id } });
        await other.WatchAsync(new { });
        (await theirs.BeatAsync()).Is(200);
        (await mine.BeatAsync()).Is(200);
        await Eventually.IsSoAsync(() => portal.StatusOf(mine.Id) == "online", TestPortal.Unhealed);

        Assert.Null(portal.StatusOf(theirs.Id));
        Assert.All(portal.Told, told => Assert.Equal(mine.Id, told.GetProperty("deviceId").GetString()));
        await Eventually.IsSoAsync(() => other.StatusOf(theirs.Id) == "online", TestPortal.Unhealed);
        Assert.Equal([theirs.Id], other.Devices.Keys);
        Assert.All(other.Told, told => Assert.Equal(theirs.Id, told.GetProperty("deviceId").GetString()));
    }

    [Fact]
    public async Task A_device_that_enters_the_filter_comes_whole_and_one_that_leaves_it_once_more()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await using var portal = await OpenAsync(device.Customer);
        await portal.WatchAsync(new { statuses = new[] { "online" } });
        Assert.Empty(portal.Devices);

        (await device.BeatAsync()).Is(200);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "online", TestPortal.Unhealed);
        Assert.Equal(device.Customer, portal.Devices[device.Id].GetProperty("customerId").GetString());
        (await device.BeatAsync("""{"status":"offline"}""")).Is(200);
        await Eventually.IsSoAsync(() => portal.StatusOf(device.Id) == "offline", TestPortal.Unhealed);
    }

    [Fact]
    public async Task The_connection_ends_with_its_token()
    {
        var token = _gateway.PortalToken("viewer", TestGateway.NewName("customer"), TimeSpan.FromSeconds(2));
        await using var portal = await TestPortal.OpenAsync(_gateway, token);
        await portal.WatchAsync(new { });
        await portal.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    public async Task Nobody_gets_in_without_a_token(string token) =>
        await Assert.ThrowsAnyAsync<Exception>(() => TestPortal.OpenAsync(_gateway, token));

    [Fact]
    public async Task A_device_is_no_portal()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await Assert.ThrowsAnyAsync<Exception>(() => TestPortal.OpenAsync(_gateway, device.Token));
    }

    private Task<TestPortal> OpenAsync(string customer) => TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", customer));
}
