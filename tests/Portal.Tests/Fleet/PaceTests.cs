using Microsoft.Extensions.Time.Testing;
using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Fleet;

public sealed class PaceTests
{
    [Fact]
    public void Metrics_are_drawn_together_and_transitions_at_once()
    {
        var clock = new FakeTimeProvider();
        var drawn = 0;
        using var pace = new RenderPace(clock, () => drawn++);

        pace.Request(Urgency.Calm);
        pace.Request(Urgency.Calm);
        Assert.Equal(0, drawn);
        clock.Advance(RenderPace.Calm);
        Assert.Equal(1, drawn);

        pace.Request(Urgency.Calm);
        pace.Request(Urgency.AtOnce);
        Assert.Equal(2, drawn);
        clock.Advance(RenderPace.Calm);
        Assert.Equal(2, drawn);
    }

    [Fact]
    public void Reconnecting_waits_at_random_and_never_more_than_ten_seconds()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), Backoff.Delay(0, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(500), Backoff.Delay(0, 1));
        Assert.Equal(TimeSpan.FromSeconds(10), Backoff.Delay(1_000_000, 1));
    }

    [Fact]
    public void Curve_keeps_the_newest_samples()
    {
        var ring = new MetricRing();
        for (var sample = 1; sample <= MetricRing.Capacity + 5; sample++)
        {
            ring.Add(sample);
        }

        Assert.Equal((MetricRing.Capacity, 6f, MetricRing.Capacity + 5f), (ring.Count, ring[0], ring[ring.Count - 1]));
    }
}
