using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Rollcall.PortalApi.Hub;
using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>Where every number is a double, whole ones go out as 3600.0, and some as 6e1.</summary>
public sealed class WholeNumberTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Theory]
    [InlineData("3600.0", 3600)]
    [InlineData("6e1", 60)]
    [InlineData("6.05E+2", 605)]
    [InlineData("1000e-2", 10)]
    [InlineData("604800.000", 604800)]
    public async Task A_command_takes_them_as_its_time(string written, int seconds)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var command = (await device.Owner.PostAsync(device.Path + "/commands", $$"""{"command":"c","ttlSeconds":{{written}}}""")).Is(202).Json;
        Assert.Equal(
            seconds, (command.GetProperty("expiresAt").GetDateTimeOffset() - command.GetProperty("createdAt").GetDateTimeOffset()).TotalSeconds);
    }

    [Theory]
    [InlineData("ttlSeconds", "3600.5")]
    [InlineData("ttlSeconds", "1e-1")]
    [InlineData("ttlSeconds", "1e99")]
    [InlineData("ttlSeconds", "99999999999999999999")]
    [InlineData("maxDevices", "5.5")]
    [InlineData("maxDevices", "3e9")]
    public async Task What_has_a_rest_or_is_too_large_is_refused_and_said_so(string member, string written)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var path = member == "maxDevices" ? "/api/v1/customer/enrolment-keys" : device.Path + "/commands";
        var refused = (await device.Owner.PostAsync(path, $$"""{"command":"c","name":"n","{{member}}":{{written}}}"""))
            .Refused(400, "INVALID_REQUEST");
        Assert.Contains("must be a whole number", refused.Of("errors").GetProperty(member)[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"60\"")]
    [InlineData("[60]")]
    public async Task What_is_no_number_is_refused_as_before(string written)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var refused = (await device.Owner.PostAsync(device.Path + "/commands", $$"""{"command":"c","ttlSeconds":{{written}}}"""))
            .Refused(400, "INVALID_REQUEST");
        Assert.True(refused.Of("errors").TryGetProperty("ttlSeconds", out _), refused.Text);
    }

    [Fact]
    public async Task An_enrolment_key_takes_them_as_its_places()
    {
        var device = await TestDevice.CreateAsync(_gateway);
        (await device.Owner.PostAsync("/api/v1/customer/enrolment-keys", """{"name":"n","maxDevices":5.0e1}""")).Is(201);
        Assert.Equal(50, (await device.Owner.GetAsync("/api/v1/customer/enrolment-keys")).Is(200).Of("enrolmentKeys")[0].GetProperty("maxDevices")
            .GetInt32());
    }

    [Theory]
    [InlineData("limit=2.0", 200)]
    [InlineData("limit=1e2", 200)]
    [InlineData("limit=2.5", 400)]
    [InlineData("limit=2,0", 400)]
    [InlineData("limit=.5e1", 400)]
    [InlineData("limit=%202.0", 400)]
    [InlineData("limit=-1.0", 400)]
    public async Task So_does_a_query_string(string query, int status)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        (await device.Owner.GetAsync("/api/v1/customer/devices?" + query)).Is(status);
        (await device.Owner.GetAsync($"{device.Path}/events?after=0.0&{query}")).Is(status);
    }

    [Fact]
    public async Task So_does_the_hub()
    {
        var customer = TestGateway.NewName("customer");
        await TestDevice.CreateAsync(_gateway, customer);
        await TestDevice.CreateAsync(_gateway, customer);
        await using var portal = await TestPortal.OpenAsync(_gateway, _gateway.PortalToken("viewer", customer));
        Assert.Equal(1, (await portal.WatchAsync(JsonElement.Parse("""{"limit":1.0}"""))).GetProperty("devices").GetArrayLength());
        var refused = await Assert.ThrowsAsync<HubException>(() => portal.WatchAsync(JsonElement.Parse("""{"limit":1.5}""")));
        Assert.EndsWith("INVALID_REQUEST: limit must be a whole number of at most 64 bits.", refused.Message, StringComparison.Ordinal);
    }
}
