using Rollcall.Http;
using Rollcall.Running;

namespace Rollcall.PortalApi.Devices;

public sealed class ReadAndRemoveTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task Status_is_the_same_as_the_device()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync("""{"status":"degraded","metrics":{"cpu":1}}""")).Is(200);
        var (read, status) = (await device.Owner.GetAsync(device.Path), await device.Owner.GetAsync(device.Path + "/status"));

        ContractChecks.CheckDevice(read.Is(200).Json);
        Assert.Equal(read.Text, status.Is(200).Text);
        Assert.Equal(read["ETag"], status["ETag"]);
        Assert.Equal("no-store, no-transform", read["Cache-Control"]);
    }

    [Fact]
    public async Task A_read_is_never_older_than_the_last_beat_answered()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        for (var n = 0; n < 20; n++)
        {
            (await device.BeatAsync($$$"""{"metrics":{"n":{{{n}}}}}""")).Is(200);
            Assert.Equal(n, (await device.ReadAsync()).GetProperty("metrics").GetProperty("n").GetInt32());
        }
    }

    [Fact]
    public async Task Revoking_ends_the_session_and_the_device_may_sign_in_again()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        (await _gateway.Portal("operator", device.Customer).DeleteAsync(device.Path + "/session")).Is(204);
        var seen = await device.ReadAsync();

        Assert.Equal(("offline", "revoked"), (seen.GetProperty("status").GetString(), seen.GetProperty("reason").GetString()));
        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
        (await device.Owner.DeleteAsync(device.Path + "/session")).Is(204);
        (await device.SignInAsync()).Is(200);
        (await device.BeatAsync()).Is(200);
    }

    [Fact]
    public async Task A_removed_device_is_gone_with_its_session_and_log()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.BeatAsync()).Is(200);
        (await device.Owner.DeleteAsync(device.Path)).Is(204);

        (await device.BeatAsync()).Refused(401, "INVALID_SESSION");
        (await device.SignInAsync()).Refused(401, "INVALID_CREDENTIALS");
        foreach (var path in new[] { device.Path, device.Path + "/status", device.Path + "/events" })
        {
            (await device.Owner.GetAsync(path)).Refused(404, "NOT_FOUND");
        }

        (await device.Owner.DeleteAsync(device.Path)).Refused(404, "NOT_FOUND");
        (await device.Owner.DeleteAsync(device.Path + "/session")).Refused(404, "NOT_FOUND");
        Assert.Equal("[]", (await device.Owner.GetAsync("/api/v1/customer/events")).Is(200).Of("events").GetRawText());
        Assert.Equal(0, (await device.Owner.GetAsync("/api/v1/customer/devices")).Of("counts").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_same_id_later_is_a_new_device_also_of_another_customer()
    {
        var former = await TestDevice.SignedInAsync(_gateway);
        (await former.BeatAsync("""{"metrics":{"cpu":1}}""")).Is(200);
        var tag = (await former.Owner.GetAsync(former.Path))["ETag"];
        (await former.Owner.DeleteAsync(former.Path)).Is(204);
        var later = await TestDevice.SignedInAsync(_gateway, id: former.Id);
        var seen = await later.ReadAsync();

        Assert.Equal(0, seen.GetProperty("seq").GetInt64());
        Assert.Equal("null", seen.GetProperty("metrics").GetRawText());
        Assert.NotEqual(tag, (await later.Owner.GetAsync(later.Path))["ETag"]);
        (await former.BeatAsync()).Refused(401, "INVALID_SESSION");
        (await former.SignInAsync()).Refused(401, "INVALID_CREDENTIALS");
        (await former.Owner.GetAsync(former.Path)).Refused(404, "NOT_FOUND");
        (await later.BeatAsync()).Is(200);
    }
}
