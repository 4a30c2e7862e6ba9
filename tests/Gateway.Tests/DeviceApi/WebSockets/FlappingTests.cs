using System.Diagnostics;
using Rollcall.Running;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>Links that drop and come back again and again.</summary>
public sealed class FlappingTests(ITestOutputHelper output)
{
    private const int Drops = 50;
    private const int GraceMilliseconds = 1_000;

    [Fact]
    public async Task Fifty_drops_within_the_grace_leave_no_trace_and_the_one_that_stays_away_is_one_transition()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var gateway = await TestGateway.StartAsync(("DEVICE_LINK_GRACE", $"{GraceMilliseconds}"));
        var device = await TestDevice.SignedInAsync(gateway);
        var begun = Stopwatch.GetTimestamp();
        for (var drop = 0; drop < Drops; drop++)
        {
            await using var link = await TestLink.GreetedAsync(gateway, device);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)), TimeProvider.System, TestContext.Current.CancellationToken);
            link.Abort();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(60)), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        // A grace that an earlier drop began, and a later link did not end, would have been over.
        Assert.True(Stopwatch.GetElapsedTime(begun).TotalMilliseconds > 2 * GraceMilliseconds);
        await using (await TestLink.GreetedAsync(gateway, device))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(GraceMilliseconds + 200), TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.Equal(("online", "connected", 1), await FoundAsync(device));
        }

        await Eventually.GetAsync(() => FoundAsync(device), found => found == ("offline", "link_lost", 2));
        Assert.Equal(2, (await device.Owner.GetAsync(device.Path + "/events")).Is(200).Json.GetProperty("events").GetArrayLength());
    }

    private static async Task<(string?, string?, int)> FoundAsync(TestDevice device)
    {
        var read = await device.ReadAsync();
        return (read.GetProperty("status").GetString(), read.GetProperty("reason").GetString(), read.GetProperty("seq").GetInt32());
    }
}
