using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;

namespace Rollcall.Fleet;

/// <summary>Whose read is next.</summary>
public sealed class ReadTurnsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<(string Customer, TaskCompletionSource<int> Store)> _running = [];
    private readonly ReadTurns _turns;

    public ReadTurnsTests() => _turns = new ReadTurns(places: 3, new ReadOptions { Most = 2, MostWaiting = 4 }, _clock);

    [Fact]
    public async Task One_customers_reads_wait_behind_itself_and_the_others_come_in_between()
    {
        var loud = Enumerable.Range(0, 6).Select(_ => Ask("loud")).ToArray();
        Assert.Equal(["loud", "loud"], Running);
        var quiet = Ask("quiet");
        Assert.Equal(["loud", "loud", "quiet"], Running);
        var others = new[] { Ask("one"), Ask("two"), Ask("two") };
        await End("loud");
        Assert.Equal(["loud", "loud", "quiet"], Running);
        await End("quiet");
        Assert.Equal(["loud", "loud", "one"], Running);
        await End("loud");
        Assert.Equal(["loud", "one", "two"], Running);
        foreach (var customer in new[] { "one", "two", "loud", "two" })
        {
            await End(customer);
        }

        while (_running.Count > 0)
        {
            await End(Running[0]);
        }

        Assert.All([.. loud, quiet, .. others], asked => Assert.True(asked.IsCompletedSuccessfully));
        Assert.Equal(0, _turns.Waiting);
    }

    [Fact]
    public async Task More_than_may_wait_are_refused_and_the_others_are_not()
    {
        var loud = Enumerable.Range(0, 6).Select(_ => Ask("loud")).ToArray();
        await Assert.ThrowsAsync<LimitExceededException>(() => Ask("loud"));
        var quiet = Ask("quiet");
        Assert.Equal(["loud", "loud", "quiet"], Running);
        await End("quiet");
        Assert.True(quiet.IsCompletedSuccessfully);
        Assert.All(loud, asked => Assert.False(asked.IsCompleted));
    }

    [Fact]
    public async Task Waiting_has_an_end_that_says_whose_fault_it_was()
    {
        var loud = Enumerable.Range(0, 3).Select(_ => Ask("loud")).ToArray();
        var other = Ask("other");
        var quiet = Ask("quiet");
        Assert.Equal(["loud", "loud", "other"], Running);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<LimitExceededException>(() => loud[2]);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => quiet);
        Assert.Equal(0, _turns.Waiting);
        await End("loud");
        await End("loud");
        await End("other");
        Assert.True(other.IsCompletedSuccessfully);
        var again = Ask("quiet");
        await End("quiet");
        Assert.True(again.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_read_that_fails_gives_its_place_back()
    {
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                async () => await _turns.ReadAsync<int>("loud", () => throw new InvalidOperationException()));
        }

        await Task.WhenAll(Ask("loud"), End("loud"));
    }

    private string[] Running => [.. _running.Select(one => one.Customer).Order(StringComparer.Ordinal)];

    private Task<int> Ask(string customer) => _turns.ReadAsync(
        customer,
        () =>
        {
            var store = new TaskCompletionSource<int>();
            _running.Add((customer, store));
            return store.Task;
        }).AsTask();

    /// <summary>Ends the oldest read of a customer; whoever is next has begun when this returns.</summary>
    private async Task End(string customer)
    {
        var waiting = _turns.Waiting;
        var running = _running.Count;
        var one = _running.First(one => one.Customer == customer);
        _running.Remove(one);
        one.Store.SetResult(0);
        if (_turns.Waiting < waiting)
        {
            await Eventually.IsSoAsync(() => _running.Count == running);
        }
    }
}
