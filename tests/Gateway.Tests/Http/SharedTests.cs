using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Http;

public sealed class SharedTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _clock = new();
    private readonly List<TaskCompletionSource<int>> _made = [];

    [Fact]
    public async Task However_many_ask_it_is_made_once_at_a_time()
    {
        var shared = new Shared<int>(Make, Second, _clock);
        Task<int>[] asked = [.. Enumerable.Range(0, 50).Select(_ => shared.GetAsync())];
        (await MakingAsync(1)).SetResult(7);
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal(7, answer));
        Assert.Single(_made);
    }

    [Fact]
    public async Task It_is_good_for_a_while()
    {
        var shared = new Shared<int>(Make, Second, _clock);
        var first = shared.GetAsync();
        (await MakingAsync(1)).SetResult(1);
        await first;
        _clock.Advance(Second * 0.9);
        Assert.Equal(1, await shared.GetAsync());
        _clock.Advance(Second * 0.2);
        var second = shared.GetAsync();
        (await MakingAsync(2)).SetResult(2);
        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task It_is_good_for_ever_when_it_cannot_change()
    {
        var shared = new Shared<int>(Make, Timeout.InfiniteTimeSpan, _clock);
        var first = shared.GetAsync();
        (await MakingAsync(1)).SetResult(1);
        await first;
        _clock.Advance(TimeSpan.FromDays(1_000));
        Assert.Equal(1, await shared.GetAsync());
    }

    [Fact]
    public async Task What_failed_is_made_again()
    {
        var shared = new Shared<int>(Make, Timeout.InfiniteTimeSpan, _clock);
        var first = shared.GetAsync();
        (await MakingAsync(1)).SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        var second = shared.GetAsync();
        (await MakingAsync(2)).SetResult(2);
        Assert.Equal(2, await second);
    }

    private Task<int> Make()
    {
        var made = new TaskCompletionSource<int>();
        lock (_made)
        {
            _made.Add(made);
        }

        return made.Task;
    }

    private async Task<TaskCompletionSource<int>> MakingAsync(int number)
    {
        await Eventually.GetAsync(() => Count(), count => count == number);
        return _made[number - 1];
    }

    private int Count()
    {
        lock (_made)
        {
            return _made.Count;
        }
    }
}
