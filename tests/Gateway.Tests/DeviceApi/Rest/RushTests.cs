using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

/// <summary>Many calls at one moment.</summary>
public sealed class RushTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;

    [Fact]
    public async Task A_fleet_that_comes_online_together_is_stored_to_the_last_device()
    {
        var customer = TestGateway.NewName("customer");
        var fleet = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => TestDevice.SignedInAsync(_gateway, customer)));
        var beats = await Task.WhenAll(fleet.Select(device => device.BeatAsync()));

        Assert.All(beats, beat => Assert.True(beat.Is(200).Of("stored").GetBoolean()));
    }

    [Fact]
    public async Task A_device_removed_while_it_signs_in_is_gone_at_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var device = await TestDevice.CreateAsync(_gateway);
            var signIns = Enumerable.Range(0, 6).Select(_ => device.SignInAsync()).ToArray();
            (await device.Owner.DeleteAsync(device.Path)).Is(204);

            (await device.Owner.GetAsync(device.Path)).Refused(404, "NOT_FOUND");
            Assert.All(await Task.WhenAll(signIns), answer => Assert.Contains(answer.Status, new[] { 200, 401 }));
        }
    }

    [Theory]
    [InlineData("register", """{"deviceId":"ID","activationCode":"ABCDEFGH"}""", 400, 400)]
    [InlineData("auth", """{"deviceId":"ID","deviceSecret":"no-such-secret"}""", 401, 429)]
    public async Task Knocking_in_parallel_does_not_tell_a_known_id_from_an_unknown_one(string call, string body, int status, int later)
    {
        var known = await TestDevice.CreateAsync(_gateway);
        foreach (var id in new[] { known.Id, TestGateway.NewName("nobody") })
        {
            for (var round = 0; round < 3; round++)
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ =>
                    _gateway.Nobody.PostAsync("/api/v1/device/" + call, body.Replace("ID", id, StringComparison.Ordinal))));
                Assert.All(answers, answer => Assert.True(answer.Status == status || answer.Status == later, answer.Text));
                Assert.True(round == 0 || answers.Count(answer => answer.Status == later) >= 23);
            }
        }
    }

    [Fact]
    public async Task An_empty_beat_is_one_whatever_its_content_type_says()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        (await device.Self.SendAsync("POST", "/api/v1/device/heartbeat", Body.Of("", "application/x-www-form-urlencoded"))).Is(200);
    }

    [Theory]
    [InlineData("POST", "/api/v1/device/heartbeat")]
    [InlineData("POST", "/api/v1/customer/devices")]
    [InlineData("PATCH", "/api/v1/customer/devices/x")]
    public async Task Who_calls_is_asked_before_what_it_sends(string method, string path) =>
        (await _gateway.Nobody.SendAsync(method, path, Body.Of("{}", "text/plain"))).Refused(401, "INVALID_SESSION");
}
