using Rollcall.Running;

namespace Rollcall.DeviceApi.Rest;

public sealed class HeartbeatFloodTests
{
    [Fact]
    public async Task A_device_that_sends_faster_than_it_is_answered_is_told_to_wait()
    {
        await using var gateway = await TestGateway.StartAsync();
        var device = await TestDevice.SignedInAsync(gateway);
        (await device.BeatAsync()).Is(200);
        Answer[] answers;
        using (new Outage(gateway))
        {
            // The first holds the twin's turn while its write waits for the lock; a hundred may wait behind it.
            answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => device.BeatAsync()));
        }

        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 202 or 429, $"{answer.Status} {answer.Text}"));
        Assert.Contains(answers, answer => answer.Status == 429);
        Assert.Contains(answers, answer => answer.Status == 202);
        Assert.All(answers.Where(answer => answer.Status == 429), answer => answer.Refused(429, "RATE_LIMITED"));
        await Eventually.GetAsync(() => device.BeatAsync(), answer => answer.Status == 200);
    }
}
