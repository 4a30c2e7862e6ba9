using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Admission;

public sealed class PermitQueueTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_place_that_is_left_goes_to_who_has_waited_longest()
    {
        using var queue = Queue(permits: 1);
        var since = _clock.GetTimestamp();
        Assert.Equal(0, await queue.EnterAsync());
        var first = queue.EnterAsync().AsTask();
        var second = queue.EnterAsync().AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal(2, queue.Waiting);

        queue.Leave(since);
        Assert.Equal(0, await first);
        Assert.False(second.IsCompleted);
        queue.Leave(since);
        Assert.Equal(0, await second);
        queue.Leave(since);
        Assert.True(queue.EnterAsync().AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_would_wait_longer_than_the_patience_is_told_at_once_when_to_come_and_not_all_the_same_time()
    {
        using var queue = Queue(permits: 1);
        await HoldFor(queue, seconds: 1);
        await Enter(queue, 1);

        // Two a second, as is believed: eight of them within four seconds.
        var waiting = Enumerable.Range(0, 8).Select(_ => queue.EnterAsync().AsTask()).ToArray();
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        var told = Enumerable.Range(0, 40).Select(_ => queue.EnterAsync().AsTask().Result).ToArray();
        Assert.InRange(told[0], 4, 6);
        Assert.InRange(told[^1], 22, 26);
        Assert.Equal(told.Order(), told);
        Assert.All(told.GroupBy(seconds => seconds), second => Assert.InRange(second.Count(), 1, 3));
    }

    [Fact]
    public async Task Who_has_waited_for_the_patience_though_nobody_left_is_told_so()
    {
        using var queue = Queue(permits: 1);
        await Enter(queue, 1);
        var waiting = queue.EnterAsync().AsTask();
        _clock.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.InRange(await waiting, 1, 60);
        Assert.Equal(0, queue.Waiting);
    }

    [Fact]
    public async Task Not_more_wait_than_may()
    {
        using var queue = Queue(permits: 1, waiting: 3);
        await Enter(queue, 1);
        var waiting = Enumerable.Range(0, 3).Select(_ => queue.EnterAsync().AsTask()).ToArray();
        Assert.NotEqual(0, await queue.EnterAsync());
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
    }

    [Fact]
    public async Task Nobody_is_told_to_wait_longer_than_a_minute()
    {
        using var queue = Queue(permits: 1, waiting: 0);
        await HoldFor(queue, seconds: 5);
        await Enter(queue, 1);
        Assert.All(Enumerable.Range(0, 1_000).Select(_ => queue.EnterAsync().AsTask().Result), seconds => Assert.InRange(seconds, 1, 60));
    }

    private static async Task Enter(PermitQueue queue, int callers)
    {
        for (var caller = 0; caller < callers; caller++)
        {
            Assert.Equal(0, await queue.EnterAsync());
        }
    }

    /// <summary>Calls take this long by now.</summary>
    private async Task HoldFor(PermitQueue queue, double seconds)
    {
        for (var call = 0; call < 400; call++)
        {
            Assert.Equal(0, await queue.EnterAsync());
            var since = _clock.GetTimestamp();
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            queue.Leave(since);
        }
    }

    private PermitQueue Queue(int permits, int waiting = 8_192) => new(
        new AdmissionSettings(new ConfigurationBuilder()
            .AddInMemoryCollection([new("COLD_CALLS", $"{permits}"), new("COLD_CALLS_WAITING", $"{waiting}")]).Build()), _clock);
}
