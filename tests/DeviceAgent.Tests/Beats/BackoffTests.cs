using Rollcall.DeviceAgent.Beats;

namespace Rollcall.DeviceAgent.Tests.Beats;

public sealed class BackoffTests
{
    [Fact]
    public void Delays_fill_the_whole_range_below_a_growing_ceiling()
    {
        var random = new Random(7);
        double[] ceilings = [1, 2, 4, 8, 16, 32, 60, 60];
        for (var failures = 0; failures < ceilings.Length; failures++)
        {
            var delays = Enumerable.Range(0, 1_000).Select(_ => Backoff.Standard.Delay(failures, random).TotalSeconds).ToList();
            Assert.All(delays, delay => Assert.InRange(delay, 0, ceilings[failures]));
            Assert.InRange(delays.Max(), 0.9 * ceilings[failures], ceilings[failures]);
            Assert.InRange(delays.Min(), 0, 0.1 * ceilings[failures]);
        }
    }

    [Fact]
    public void A_thousand_failures_overflow_nothing() =>
        Assert.InRange(new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), 100).Delay(1_000, new Random(1)).TotalSeconds, 0, 60);
}
