using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Secrets;

public sealed class SlowChecksTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_device_has_one_check_at_a_time_and_keeps_nobody_else_waiting()
    {
        var checks = new SlowChecks(2, 10, Patience, _clock);
        Assert.True(await EnterAsync(checks, 1, "a"));
        var second = EnterAsync(checks, 1, "b");
        Assert.False(second.IsCompleted);
        Assert.True(EnterAsync(checks, 2, "a") is { IsCompletedSuccessfully: true, Result: true });
        checks.Leave(2);
        Assert.False(second.IsCompleted);
        checks.Leave(1);
        Assert.True(await second);
    }

    [Fact]
    public async Task Addresses_take_turns()
    {
        var checks = new SlowChecks(1, 100, Patience, _clock);
        Assert.True(await EnterAsync(checks, 0, "flood"));
        var order = new List<string>();
        var waiting = new List<Task>();
        for (ulong device = 1; device <= 5; device++)
        {
            waiting.Add(Wait(checks, device, "flood", order));
        }

        waiting.Add(Wait(checks, 100, "good", order));
        checks.Leave(0);
        await Task.WhenAll(waiting);
        Assert.Equal(["1 flood", "100 good", "2 flood", "3 flood", "4 flood", "5 flood"], order);
        Assert.Equal(0, checks.Waiting);
    }

    [Fact]
    public async Task When_too_many_wait_the_address_with_the_most_gives_way()
    {
        var checks = new SlowChecks(1, 3, Patience, _clock);
        Assert.True(await EnterAsync(checks, 0, "flood"));
        var flood = Enumerable.Range(1, 3).Select(device => EnterAsync(checks, (ulong)device, "flood")).ToArray();
        Assert.True(EnterAsync(checks, 4, "flood") is { IsCompletedSuccessfully: true, Result: false });
        var good = EnterAsync(checks, 5, "good");
        Assert.False(await flood[2]);
        Assert.Equal(3, checks.Waiting);
        checks.Leave(0);
        Assert.True(await flood[0]);
        checks.Leave(1);
        Assert.True(await good);
        _clock.Advance(Patience);
        Assert.False(await flood[1]);
        Assert.Equal(0, checks.Waiting);
    }

    [Fact]
    public async Task Who_gave_up_takes_no_place()
    {
        var checks = new SlowChecks(1, 3, Patience, _clock);
        Assert.True(await EnterAsync(checks, 0, "a"));
        var tired = EnterAsync(checks, 1, "a");
        _clock.Advance(Patience);
        Assert.False(await tired);
        checks.Leave(0);
        Assert.True(EnterAsync(checks, 2, "a") is { IsCompletedSuccessfully: true, Result: true });
    }

    private static Task<bool> EnterAsync(SlowChecks checks, ulong device, string address) => checks.EnterAsync(device, address).AsTask();

    private static async Task Wait(SlowChecks checks, ulong device, string address, List<string> order)
    {
        Assert.True(await EnterAsync(checks, device, address));
        order.Add($"{device} {address}");
        checks.Leave(device);
    }
}
