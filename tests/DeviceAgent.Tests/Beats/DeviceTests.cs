using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Beats;

public sealed class DeviceTests
{
    [Fact]
    public void Authenticates_and_beats_at_once_then_at_the_servers_pace()
    {
        using var bench = new DeviceBench();
        bench.Gateway.Answer =
            call => call.Path.EndsWith("heartbeat", StringComparison.Ordinal) ? StubGateway.Beat(next: 5_000) : StubGateway.Friendly(call);
        bench.Start();
        Assert.Equal(["/api/v1/device/auth", "/api/v1/device/heartbeat"], bench.Gateway.Calls.Select(call => call.Path));
        bench.Pass(4.9);
        Assert.Equal(1, bench.Gateway.Beats);
        bench.Pass(0.1);
        Assert.Equal(2, bench.Gateway.Beats);
        bench.Pass(50);
        Assert.Equal(12, bench.Gateway.Beats);
        Assert.Equal(1, bench.Gateway.Authentications);
        Assert.All(bench.Gateway.Calls.Skip(1), call => Assert.Equal("token-1", call.Token));
        Assert.Equal("2026-01-01T00:00:00.000Z", bench.Device.Stats.LastHeartbeat);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1e300)]
    public void Keeps_its_own_interval_when_the_servers_makes_no_sense(double next)
    {
        using var bench = new DeviceBench();
        bench.Gateway.Answer =
            call => call.Path.EndsWith("heartbeat", StringComparison.Ordinal) ? StubGateway.Beat(next) : StubGateway.Friendly(call);
        bench.Start().Pass(60);
        Assert.Equal(3, bench.Gateway.Beats);
    }

    [Fact]
    public void A_202_is_a_success()
    {
        using var bench = new DeviceBench();
        bench.Gateway.Answer =
            call => call.Path.EndsWith("heartbeat", StringComparison.Ordinal) ? StubGateway.Beat(status: 202) : StubGateway.Friendly(call);
        bench.Start().Pass(30);
        Assert.Equal((2, 0), (bench.Device.Stats.Accepted, bench.Device.Stats.Errors));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(418)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(302)]
    public void No_status_ends_the_beats(int status)
    {
        using var bench = new DeviceBench();
        bench.Start();
        bench.Gateway.Answer = _ => StubGateway.Json(status, "<html>from a proxy</html>");
        bench.Pass(1_000);
        bench.Gateway.Answer = StubGateway.Friendly;
        bench.Pass(400);
        Assert.False(bench.Run.IsCompleted);
        Assert.True(bench.Device.Stats.Online);
        Assert.InRange(bench.Device.Stats.Accepted, 2, 100);
    }

    [Fact]
    public void Not_even_a_fault_in_the_agent_ends_the_beats()
    {
        using var bench = new DeviceBench();
        bench.Start();
        bench.Gateway.Answer = _ => throw new InvalidDataException("unforeseen");
        bench.Pass(100);
        bench.Gateway.Answer = StubGateway.Friendly;
        bench.Pass(100);
        Assert.True(bench.Device.Stats.Online);
    }

    [Fact]
    public void Silence_is_given_up_after_10_seconds_and_no_beat_overlaps_another()
    {
        using var bench = new DeviceBench();
        bench.Start();
        bench.Gateway.Answer = _ => null;
        bench.Pass(30);
        Assert.Equal(2, bench.Gateway.Beats);
        bench.Pass(9.9);
        Assert.Equal(0, bench.Device.Stats.Errors);
        bench.Pass(0.1);
        Assert.Equal(1, bench.Device.Stats.Errors);
        Assert.Equal("no answer within 10 s", bench.Device.Stats.Trouble);
        bench.Pass(1);
        Assert.Equal(3, bench.Gateway.Beats);
    }

    [Fact]
    public void A_page_that_says_200_to_everything_is_no_gateway()
    {
        using var bench = new DeviceBench();
        bench.Start();
        bench.Gateway.Answer = _ => StubGateway.Json(200, "<html>please log in</html>");
        bench.Pass(60);
        Assert.Equal(1, bench.Device.Stats.Accepted);
        Assert.NotNull(bench.Device.Stats.Trouble);
    }

    [Fact]
    public void A_lost_session_is_replaced_at_once()
    {
        using var bench = new DeviceBench();
        bench.Start();
        bench.Gateway.Answer = call => call.Token == "token-1" ? StubGateway.Problem(401, "INVALID_SESSION")
            : call.Path.EndsWith("auth", StringComparison.Ordinal) ? StubGateway.Json(200, """{"token":"token-2","expiresIn":604800}""")
            : StubGateway.Friendly(call);
        bench.Pass(30);
        Assert.Equal(2, bench.Gateway.Authentications);
        Assert.Equal("token-2", bench.Gateway.Calls[^1].Token);
        Assert.Equal("token-2", bench.State.Session?.Token);
        Assert.True(bench.Device.Stats.Online);
    }

    [Fact]
    public void A_session_that_is_given_and_refused_in_turn_does_not_become_a_storm()
    {
        using var bench = new DeviceBench();
        bench.Gateway.Answer = call => call.Path.EndsWith("heartbeat", StringComparison.Ordinal)
            ? StubGateway.Problem(401, "INVALID_SESSION") : StubGateway.Friendly(call);
        bench.Start().Pass(600);
        Assert.InRange(bench.Gateway.Authentications, 5, 60);
    }

    [Fact]
    public void Superseded_it_waits_five_minutes_and_a_little()
    {
        using var bench = new DeviceBench();
        bench.Start();
        bench.Gateway.Answer = _ => StubGateway.Problem(401, "SESSION_SUPERSEDED");
        bench.Pass(30);
        Assert.Null(bench.State.Session);
        bench.Gateway.Answer = StubGateway.Friendly;
        bench.Pass(300);
        Assert.Equal(1, bench.Gateway.Authentications);
        bench.Pass(60);
        Assert.Equal(2, bench.Gateway.Authentications);
    }

    [Fact]
    public void Renews_in_time_and_beats_on_with_the_old_token_until_it_succeeds()
    {
        using var bench = new DeviceBench();
        var down = true;
        bench.Gateway.Answer = call => !call.Path.EndsWith("auth", StringComparison.Ordinal) ? StubGateway.Beat()
            : bench.Gateway.Authentications == 1 ? StubGateway.Json(200, """{"token":"token-1","expiresIn":1000}""")
            : down ? StubGateway.Problem(503, "UNAVAILABLE") : StubGateway.Json(200, """{"token":"token-2","expiresIn":1000}""");
        bench.Start().Pass(690);
        Assert.Equal(1, bench.Gateway.Authentications);
        bench.Pass(240);
        Assert.InRange(bench.Gateway.Authentications, 2, 9);
        Assert.Equal(32, bench.Gateway.Beats);
        Assert.Equal(0, bench.Device.Stats.Errors);
        Assert.Equal("token-1", bench.Gateway.Calls.Last(call => call.Token is not null).Token);
        down = false;
        bench.Pass(120);
        Assert.Equal("token-2", bench.Gateway.Calls[^1].Token);
    }

    [Fact]
    public void A_restart_needs_no_authentication()
    {
        var state =
            new MemoryState { Session = new StoredSession("d-1", "http://gateway.test/", "kept", new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 604_800) };
        using var bench = new DeviceBench(state: state).Start();
        Assert.Equal(["/api/v1/device/heartbeat"], bench.Gateway.Calls.Select(call => call.Path));
        Assert.Equal("kept", bench.Gateway.Calls[0].Token);
    }

    [Fact]
    public void Registers_keeps_the_secret_and_goes_on()
    {
        using var bench = new DeviceBench(secret: null, new ProvisioningCredentials("enrol", null)).Start();
        Assert.Equal(["/api/v1/device/register", "/api/v1/device/auth", "/api/v1/device/heartbeat"], bench.Gateway.Calls.Select(call => call.Path));
        Assert.Equal("issued-secret", bench.State.Secret);
        Assert.Contains("\"enrolmentKey\":\"enrol\"", bench.Gateway.Calls[0].Body, StringComparison.Ordinal);
        Assert.Contains("issued-secret", bench.Gateway.Calls[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_place_among_the_enrolled_it_asks_every_five_minutes()
    {
        using var bench = new DeviceBench(secret: null, new ProvisioningCredentials(null, "code"));
        bench.Gateway.Answer = _ => StubGateway.Problem(400, "INVALID_ACTIVATION_CODE");
        bench.Start().Pass(899);
        Assert.Equal(3, bench.Gateway.Calls.Count);
    }

    [Theory]
    [InlineData(409, "CONFLICT", "STATE_DIR")]
    [InlineData(400, "INVALID_ENROLMENT_KEY", "ENROLMENT_KEY")]
    [InlineData(400, "INVALID_ACTIVATION_CODE", "ACTIVATION_CODE")]
    public void Says_what_to_do_when_it_cannot_join_and_asks_again_every_five_minutes(int status, string code, string setting)
    {
        using var bench = new DeviceBench(secret: null, new ProvisioningCredentials("enrol", null));
        bench.Gateway.Answer = _ => StubGateway.Problem(status, code);
        bench.Start().Pass(299);
        Assert.Single(bench.Gateway.Calls);
        Assert.Contains(bench.Output.ToString()
            .Split('\n'), line => line.Contains("cannot join", StringComparison.Ordinal) && line.Contains(setting, StringComparison.Ordinal));

        // Its owner has deleted the device, or given it a key: it joins by itself.
        bench.Gateway.Answer = StubGateway.Friendly;
        bench.Pass(2);
        Assert.Equal("issued-secret", bench.State.Secret);
        Assert.True(bench.Device.Stats.Online);
    }

    [Fact]
    public async Task Says_goodbye_and_keeps_the_session()
    {
        using var bench = new DeviceBench().Start();
        bench.Stop();
        await bench.Run;
        Assert.True(await bench.Device.SayGoodbyeAsync(CancellationToken.None));
        Assert.Equal("""{"status":"offline"}""", bench.Gateway.Calls[^1].Body);
        Assert.NotNull(bench.State.Session);
    }

    [Fact]
    public async Task A_call_on_its_way_ends_before_the_goodbye()
    {
        using var bench = new DeviceBench().Start();
        bench.Gateway.Answer = _ => null;
        bench.Pass(30);
        bench.Stop();
        Assert.False(bench.Run.IsCompleted);
        bench.Abandon();
        await bench.Run;
    }

    [Fact]
    public void Never_writes_a_secret_or_a_token_to_the_log()
    {
        using var bench = new DeviceBench(secret: null, new ProvisioningCredentials("enrol-key", null)).Start();
        bench.Gateway.Answer = _ => StubGateway.Json(401, """{"code":"token-1 issued-secret"}""");
        bench.Pass(600);
        Assert.DoesNotMatch("issued-secret|token-1|enrol-key", bench.Output.ToString());
    }
}
