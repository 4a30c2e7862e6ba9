using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Tests.Beats;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Connection;

/// <summary>A device with a socket beside REST, under a fake clock.</summary>
public sealed class LiveConnectionTests
{
    [Fact]
    public void Beats_go_over_the_socket_while_it_is_up_none_doubled_none_skipped()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(300);
        Assert.Equal(["token-1"], bench.Sockets.Dials);
        Assert.Equal(11, bench.Gateway.Beats + bench.Sockets.Beats);
        Assert.InRange(bench.Gateway.Beats, 0, 1);
        Assert.Equal((11, 0), (bench.Device.Stats.Accepted, bench.Device.Stats.Errors));
        Assert.Equal("2026-01-01T00:00:01.000Z", bench.Device.Stats.LastHeartbeat);
    }

    [Fact]
    public void A_socket_that_breaks_costs_no_beat_and_comes_back()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(30);
        bench.Sockets.OnDial = _ => new IOException("no network for sockets");
        bench.Sockets.Newest.Close(null);
        bench.Pass(120);
        Assert.Equal(6, bench.Gateway.Beats + bench.Sockets.Beats);
        bench.Sockets.OnDial = _ => null;
        bench.Pass(90);
        Assert.Equal(9, bench.Gateway.Beats + bench.Sockets.Beats);
        Assert.Equal(2, bench.Sockets.Lines.Count);
        Assert.NotEmpty(bench.Sockets.Newest.Frames);
        Assert.Equal(0, bench.Device.Stats.Errors);
    }

    [Fact]
    public void A_device_that_has_lost_its_line_is_heard_within_seconds_before_anybody_takes_it_for_lost()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(35);
        var beats = bench.Gateway.Beats + bench.Sockets.Beats;
        bench.Sockets.OnDial = _ => new IOException("no network for sockets");
        bench.Sockets.Newest.Close(null);
        bench.Pass(5);
        Assert.Equal(beats + 1, bench.Gateway.Beats + bench.Sockets.Beats);

        // That line is one loss, however often it is dialled in vain.
        bench.Pass(24);
        Assert.Equal(beats + 1, bench.Gateway.Beats + bench.Sockets.Beats);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(4001)]
    public void A_line_that_the_other_side_ended_in_words_is_no_loss(int code)
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(35);
        var beats = bench.Gateway.Beats + bench.Sockets.Beats;
        bench.Sockets.OnDial = _ => new IOException("no network for sockets");
        bench.Sockets.Newest.Close(code);
        bench.Pass(20);
        Assert.Equal(beats, bench.Gateway.Beats + bench.Sockets.Beats);
    }

    [Fact]
    public void A_beat_whose_acknowledgement_does_not_come_goes_over_REST_and_the_socket_is_cut()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(29);
        var (rest, first) = (bench.Gateway.Beats, bench.Sockets.Newest);
        bench.Sockets.OnFrame = _ => null;
        bench.Pass(1);
        Assert.Equal(rest, bench.Gateway.Beats);
        bench.Pass(10);
        Assert.Equal(rest + 1, bench.Gateway.Beats);
        Assert.True(first.Disposed);
        Assert.Equal(0, bench.Device.Stats.Errors);
    }

    [Fact]
    public void A_socket_that_breaks_while_a_beat_waits_sends_it_over_REST_at_once()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(29);
        var rest = bench.Gateway.Beats;
        bench.Sockets.OnFrame = _ => null;
        bench.Pass(1);
        bench.Sockets.Newest.Close(null);
        Assert.Equal(rest + 1, bench.Gateway.Beats);
    }

    [Theory]
    [InlineData("UNAVAILABLE", 1)]
    [InlineData("INVALID_REQUEST", 1)]
    public void A_refusal_over_the_socket_is_one_as_over_REST(string code, int errors)
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(29);
        bench.Sockets.OnFrame = frame => $$"""{"type":"error","code":"{{code}}","message":"m","requestId":{{frame.GetProperty("requestId")}}}""";
        bench.Pass(1);
        bench.Sockets.OnFrame = FakeDialer.Ack;
        bench.Pass(60);
        Assert.Equal(errors, bench.Device.Stats.Errors);
        Assert.True(bench.Device.Stats.Online);
    }

    [Fact]
    public void What_is_no_answer_is_passed_over()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(29);
        bench.Sockets.OnFrame = _ => null;
        bench.Pass(1);
        foreach (var frame in new[] { "no JSON", "{}", "[]", """{"type":"heartbeat_ack","requestId":99,"nextHeartbeat":1000}""",
            """{"type":"command","id":"c","requestId":null}""", """{"type":7}""" })
        {
            bench.Sockets.Newest.Say(frame);
        }

        Assert.False(bench.Sockets.Newest.Disposed);
        bench.Sockets.Newest.Say(FakeDialer.Ack(bench.Sockets.Newest.Frames[^1])!);
        bench.Pass(20);
        Assert.Equal(0, bench.Device.Stats.Errors);
    }

    [Theory]
    [InlineData(1001, 3)]
    [InlineData(1000, 3)]
    [InlineData(1008, 1)]
    [InlineData(1011, 1)]
    [InlineData(4000, 1)]
    [InlineData(null, 1)]
    public void After_most_ends_it_is_back_within_seconds(int? code, int seconds)
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(70);
        bench.Sockets.Newest.Close(code);
        bench.Pass(seconds + 0.1);
        Assert.Equal(2, bench.Sockets.Lines.Count);
    }

    [Theory]
    [InlineData(4001)]
    [InlineData(4002)]
    public void After_being_superseded_or_revoked_it_keeps_away_for_five_minutes(int code)
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(70);
        bench.Sockets.Newest.Close(code);
        bench.Pass(299);
        Assert.Single(bench.Sockets.Lines);
        bench.Pass(62);
        Assert.Equal(2, bench.Sockets.Lines.Count);
    }

    [Fact]
    public void Superseded_soon_after_a_handshake_that_nobody_answered_it_is_most_likely_its_own_and_it_is_back_soon()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Sockets.OnDial = _ => new IOException("no answer");
        bench.Start().Pass(0.1);
        bench.Sockets.OnDial = _ => null;
        bench.Pass(5);
        bench.Sockets.Newest.Close(4001);
        bench.Pass(8);
        Assert.Equal(2, bench.Sockets.Lines.Count);
        bench.Pass(60);
        bench.Sockets.Newest.Close(4001);
        bench.Pass(290);
        Assert.Equal(2, bench.Sockets.Lines.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public void A_handshake_that_is_refused_for_good_is_tried_every_five_minutes_and_the_beats_go_on(int status)
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Sockets.OnDial = _ => new HandshakeRefusedException(status, TimeSpan.Zero);
        bench.Start().Pass(900);
        Assert.InRange(bench.Sockets.Dials.Count, 3, 4);
        Assert.Equal(31, bench.Gateway.Beats);
    }

    [Fact]
    public void One_that_is_refused_for_now_waits_as_long_as_it_is_told()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Sockets.OnDial = _ => new HandshakeRefusedException(503, TimeSpan.FromSeconds(20));
        bench.Start().Pass(19.9);
        Assert.Single(bench.Sockets.Dials);
        bench.Pass(0.2);
        Assert.Equal(2, bench.Sockets.Dials.Count);
    }

    [Fact]
    public void A_new_token_opens_a_new_socket_at_once_whatever_the_wait_was()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(70);
        bench.Sockets.Newest.Close(4003);
        bench.Gateway.Answer = call => call.Path.EndsWith("heartbeat", StringComparison.Ordinal) && call.Token == "token-1"
            ? StubGateway.Problem(401, "INVALID_SESSION")
            : call.Path.EndsWith("auth", StringComparison.Ordinal)
                ? StubGateway.Json(
                    200, """{"token":"token-2","tokenType":"Bearer","expiresIn":604800,"heartbeatInterval":30000,"heartbeatTimeout":90000}""")
                : StubGateway.Friendly(call);
        bench.Pass(30);
        Assert.Equal(["token-1", "token-2"], bench.Sockets.Dials);
        bench.Pass(60);
        Assert.NotEmpty(bench.Sockets.Newest.Frames);
    }

    [Fact]
    public void A_row_of_failures_ends_only_with_a_line_that_lasted_a_minute()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(70);
        for (var drop = 0; drop < 8; drop++)
        {
            bench.Sockets.Newest.Close(null);
            var lines = bench.Sockets.Lines.Count;
            while (bench.Sockets.Lines.Count == lines)
            {
                bench.Pass(0.1);
            }
        }

        // The ninth wait is one of up to 60 s; after a minute up it is one of up to a second again.
        bench.Pass(61);
        var before = bench.Sockets.Lines.Count;
        bench.Sockets.Newest.Close(null);
        bench.Pass(1.1);
        Assert.Equal(before + 1, bench.Sockets.Lines.Count);
    }

    [Fact]
    public async Task A_stop_closes_the_socket_in_words()
    {
        using var bench = new DeviceBench(sockets: true);
        bench.Start().Pass(5);
        bench.Stop();
        await bench.Run.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(bench.Sockets.Newest.Disposed);
    }
}
