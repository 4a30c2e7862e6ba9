using Microsoft.Extensions.Time.Testing;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

public sealed class PeriodicWorkTests
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _clock = new();
    private readonly List<Exception> _faults = [];
    private TaskCompletionSource _work = new();
    private int _begun;

    [Fact]
    public async Task Is_begun_when_its_time_has_come_or_it_is_asked_for_and_holds_nobody_up()
    {
        var chore = New();
        chore.BeginWhenDue();
        Assert.Equal(0, _begun);
        _clock.Advance(Every);
        chore.BeginWhenDue();
        await Eventually.IsSoAsync(() => _begun == 1);
        _clock.Advance(Every);
        chore.BeginWhenDue();
        chore.BeginWhenDue();
        Assert.Equal(1, _begun);

        Finish();
        chore.Ask();
        await Begin(chore, 2);
    }

    [Fact]
    public async Task What_asks_while_it_runs_is_answered_by_another_run()
    {
        var chore = New();
        chore.Ask();
        await Begin(chore, 1);
        chore.Ask();
        Finish();
        await Begin(chore, 2);
    }

    [Fact]
    public async Task A_run_that_failed_is_told_and_done_again()
    {
        var chore = New();
        chore.Ask();
        await Begin(chore, 1);
        var failed = _work;
        _work = new();
        failed.SetException(new TimeoutException());
        await Begin(chore, 2);
        Assert.IsType<TimeoutException>(Assert.Single(_faults));
    }

    private PeriodicWork New() => new(
        () =>
        {
            Interlocked.Increment(ref _begun);
            return _work.Task;
        },
        Every, _clock, _faults.Add);

    private void Finish()
    {
        var done = _work;
        _work = new();
        done.SetResult();
    }

    private Task<TimeSpan> Begin(PeriodicWork chore, int runs) => Eventually.IsSoAsync(() =>
    {
        chore.BeginWhenDue();
        return _begun == runs;
    });
}
