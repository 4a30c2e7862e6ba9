using System.Globalization;
using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Tests.Beats;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Connection;

/// <summary>Two agents that are the same device by mistake: a disk that was copied, a container that runs twice.</summary>
public sealed class OneIdentityTests
{
    [Fact]
    public void Of_two_agents_with_one_secret_the_newer_wins_and_they_do_not_take_it_from_each_other_again_and_again()
    {
        using var first = new DeviceBench(sockets: true);
        using var second = new DeviceBench(sockets: true);
        var gateway = new NewestWins(first, second);
        first.Start();
        Pass(first, second, 45);
        second.Start();

        // Five minutes are the second's alone.
        Pass(first, second, 300);
        Assert.Equal([first, second], gateway.Holders);
        Assert.Equal(11, second.Gateway.Beats + second.Sockets.Beats);
        Assert.Equal((0, false), (second.Device.Stats.Errors, first.Device.Stats.Online));

        // One answer told the first; since then it has said nothing.
        Assert.InRange(first.Gateway.Beats + first.Sockets.Beats, 2, 3);
        Assert.Equal(1, first.Gateway.Authentications);

        // By the end of ten minutes the first has asked once more, and the second keeps away as long.
        Pass(first, second, 600 - 345);
        Assert.Equal([first, second, first], gateway.Holders);
        Assert.InRange(first.Sockets.Dials.Count + second.Sockets.Dials.Count, 3, 5);
    }

    [Fact]
    public void Two_agents_with_one_session_do_not_take_the_socket_from_each_other_again_and_again()
    {
        // Their state was copied too: both tokens are good, and only the newer socket is.
        using var one = new DeviceBench(sockets: true);
        using var other = new DeviceBench(sockets: true);
        one.Sockets.OnDial = _ => Supersede(other);
        other.Sockets.OnDial = _ => Supersede(one);
        one.Start();
        other.Start();
        Pass(one, other, 600);
        Assert.InRange(one.Sockets.Dials.Count + other.Sockets.Dials.Count, 2, 4);
        Assert.Equal(42, one.Gateway.Beats + one.Sockets.Beats + other.Gateway.Beats + other.Sockets.Beats);

        static Exception? Supersede(DeviceBench loser)
        {
            if (loser.Sockets.Lines.Count > 0)
            {
                loser.Sockets.Newest.Close(4001);
            }

            return null;
        }
    }

    private static void Pass(DeviceBench one, DeviceBench other, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            one.Pass(1);
            other.Pass(1);
        }
    }

    /// <summary>What a gateway does with a device's sessions: the newest one is good, sockets and tokens of others are superseded.</summary>
    private sealed class NewestWins
    {
        private string _good = "";

        public NewestWins(params DeviceBench[] agents)
        {
            foreach (var agent in agents)
            {
                agent.Gateway.Answer = call => Answer(agent, agents, call);
                agent.Sockets.OnDial = token => token == _good ? null : new HandshakeRefusedException(401, TimeSpan.Zero);
            }
        }

        public List<DeviceBench> Holders { get; } = [];

        private System.Net.Http.HttpResponseMessage? Answer(DeviceBench agent, DeviceBench[] agents, Asked call) => call.Path switch
        {
            "/api/v1/device/auth" => Open(agent, agents),
            "/api/v1/device/heartbeat" when call.Token != _good => StubGateway.Problem(401, "SESSION_SUPERSEDED"),
            _ => StubGateway.Friendly(call),
        };

        private System.Net.Http.HttpResponseMessage Open(DeviceBench agent, DeviceBench[] agents)
        {
            Holders.Add(agent);
            _good = string.Create(CultureInfo.InvariantCulture, $"token-{Holders.Count}");
            foreach (var other in agents.Where(other => other.Sockets.Lines.Count > 0))
            {
                other.Sockets.Newest.Close(4001);
            }

            return StubGateway.Json(
                200, $$"""{"token":"{{_good}}","tokenType":"Bearer","expiresIn":604800,"heartbeatInterval":30000,"heartbeatTimeout":90000}""");
        }
    }
}
