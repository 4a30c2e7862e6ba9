using System.Net.WebSockets;
using System.Text;
using Rollcall.Running;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>Whatever is sent: an answer or a close code, never a fault, and nothing stays behind.</summary>
public sealed class RandomFrameTests(SharedGateway shared, ITestOutputHelper output)
{
    private static readonly int Frames = Rounds.Of(500);
    private static readonly string[] Seeds =
    [
        """{"type":"heartbeat","requestId":"r1","status":"degraded","metrics":{"cpu":12.5,"memory":40,"uptime":3600,"n.x":-1e3}}""",
        """{"type":"status_update","payload":{"status":"healthy","metrics":null}}""", """{"type":"ping","requestId":12}""",
        """{"type":"claim_command"}""",
        """{"type":"command_result","payload":{"commandId":"c","status":"failed","error":"x"}}""", """{"type":"connected"}""", "{}", "",
    ];

    [Fact]
    public async Task Random_frames_are_answered_or_close_the_socket_and_do_no_harm()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var gateway = shared.Gateway;
        var device = await TestDevice.SignedInAsync(gateway);
        var (frames, sockets) = (0, 0);
        while (frames < Frames)
        {
            await using var link = await TestLink.GreetedAsync(gateway, device);
            sockets++;
            do
            {
                for (var some = 0; some < 5; some++, frames++)
                {
                    await link.SayAsync(Next(random), random.Next(20) == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text);
                }

                await link.SayAsync("""{"type":"ping","requestId":"mark"}""");
            }
            while (await link.HearsAsync("mark") && frames < Frames);
        }

        // Closed for nothing but what it is closed for.
        Assert.InRange(sockets, Frames / 200, Frames);
        output.WriteLine($"{frames} frames over {sockets} sockets");
        await using var last = await TestLink.GreetedAsync(gateway, device);
        Assert.Equal("pong", TestLink.Type(await last.AskAsync("""{"type":"ping"}""")));
    }

    private static string Next(Random random)
    {
        var frame = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
        for (var change = random.Next(4); change > 0 && frame.Length > 0; change--)
        {
            var at = random.Next(frame.Length);
            switch (random.Next(4))
            {
                case 0: frame.Remove(at, 1); break;
                case 1: frame[at] = (char)random.Next(1, 128); break;
                case 2: frame.Insert(at, "{[\"\\u0000,:}]é€".AsSpan(random.Next(10), 1)); break;
                default: frame.Append(frame.ToString().AsSpan(at)); break;
            }
        }

        return frame.ToString();
    }
}
