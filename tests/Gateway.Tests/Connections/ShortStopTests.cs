using System.Diagnostics;
using Rollcall.Running;

namespace Rollcall.Connections;

/// <summary>Whoever is known and stands still, or waits, holds no stop up.</summary>
public sealed class ShortStopTests
{
    /// <summary>Five seconds for callers, the parts of the gateway after them, and a busy machine; without a bound it is thirty.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task A_device_with_half_a_body_and_one_that_does_not_read_are_waited_for_no_longer_than_five_seconds()
    {
        await using var gateway = await TestGateway.StartAsync(("CONNECTION_PATIENCE", "60000"));
        var device = await TestDevice.SignedInAsync(gateway);
        using var half = await RawClient.ConnectAsync(gateway);
        Assert.Equal(200, await half.AskAsync(RawClient.Beat(device.Token)));
        await half.SayAsync(
            $"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\nX-Device-Session: {device.Token}\r\n\r\n{{");
        using var deaf = await RawClient.ConnectAsync(gateway);
        Assert.Equal(200, await deaf.AskAsync(RawClient.Beat(device.Token)));
        await deaf.SayAsync(string.Concat(Enumerable.Repeat(RawClient.Get("/reference/scalar.js"), 4)));
        (await gateway.Nobody.GetAsync("/healthz")).Is(200);

        var watch = Stopwatch.StartNew();
        await gateway.StopAsync();
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(3), Most);
    }

    [Fact]
    public async Task Whoever_waits_for_the_end_of_a_command_is_answered_with_its_state_when_the_gateway_stops()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        var waits = device.Owner.PostAsync(device.Path + "/commands?wait=30", """{"command":"reboot"}""");
        await Eventually.GetAsync(async () => (await device.Owner.GetAsync(device.Path + "/commands")).Is(200).Of("commands").GetArrayLength(),
            count => count == 1);

        var watch = Stopwatch.StartNew();
        await gateway.StopAsync();
        var answer = (await waits).Is(202);
        Assert.Equal("queued", answer.TextOf("status"));
        Assert.True(watch.Elapsed < Most, $"{watch.Elapsed}");
    }
}
