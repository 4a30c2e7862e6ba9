using System.Text;
using Rollcall.Running;

namespace Rollcall.Connections;

/// <summary>Each in four seconds what takes ten as it ships.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Clocks that look each second, and a busy machine.</summary>
    private static readonly TimeSpan AtMost = Patience + TimeSpan.FromSeconds(6);

    private static readonly TimeSpan AtLeast = Patience - TimeSpan.FromMilliseconds(200);
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(("CONNECTION_PATIENCE", "4000"));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_connection_without_a_complete_request_is_closed_and_one_that_asks_is_not()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        await Task.WhenAll(
            Closed(""),
            Closed("GET /healthz HTTP/1.1\r\nHost: local"),
            Closed("POST /api/v1/device/auth HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
                drips: true),
            Closed("GET / HTTP/1.1\r\n", drips: true),
            Closed($"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\nX-Device-Session: {device.Token}\r\n\r\n{{",
                drips: true),
            Closed(RawClient.Get("/healthz")),
            Stays(RawClient.Get("/healthz"), 200),
            Idles(device.Token));
    }

    private async Task Closed(string says, bool drips = false)
    {
        using var client = await RawClient.ConnectAsync(_gateway);
        await client.SayAsync(says);
        using var end = new CancellationTokenSource();
        var dripping = drips ? DripAsync(client, end.Token) : Task.CompletedTask;
        var after = await client.ClosedAfterAsync(AtMost);
        await end.CancelAsync();
        await dripping;
        Assert.True(after >= AtLeast && after <= AtMost, $"{after} after '{says}'");
    }

    private static async Task DripAsync(RawClient client, CancellationToken end)
    {
        try
        {
            while (true)
            {
                await client.SayAsync(" ");
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, end);
            }
        }
        catch (Exception over)
            when (over is IOException or System.Net.Sockets.SocketException or OperationCanceledException or InvalidOperationException)
        {
            // It is closed.
        }
    }

    /// <summary>Anonymous, and asks each time before the patience ends.</summary>
    private async Task Stays(string request, int status)
    {
        using var client = await RawClient.ConnectAsync(_gateway);
        for (var time = 0; time < 6; time++)
        {
            Assert.Equal(status, await client.AskAsync(request));
            await Task.Delay(Patience / 4, TimeProvider.System);
        }
    }

    /// <summary>A device that beats each 30 s on the same connection.</summary>
    private async Task Idles(string token)
    {
        using var client = await RawClient.ConnectAsync(_gateway);
        Assert.Equal(200, await client.AskAsync(RawClient.Beat(token)));
        await Task.Delay(1.5 * Patience, TimeProvider.System);
        Assert.Equal(200, await client.AskAsync(RawClient.Beat(token)));
    }
}
