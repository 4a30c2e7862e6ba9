using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Journal;

namespace Rollcall.Measuring;

public sealed class FlushActivityTests : IDisposable
{
    /// <summary>Of this test alone: flushes of others are not linked to it.</summary>
    private readonly ActivitySource _beats = new("test beats " + Guid.NewGuid());

    public void Dispose() => _beats.Dispose();

    [Fact]
    public async Task A_flush_is_linked_to_the_recorded_beats_in_it_and_to_no_other()
    {
        using var listener = Listen(out var flushes);
        await using var roll = await TwinCluster.Start();
        var journal = roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<DeviceJournal>();
        roll.Store.Block();
        var first = Append(journal, null);
        await Eventually.IsSoAsync(() => roll.Store.Waiting == 1);
        using var recorded = _beats.StartActivity("recorded")!;
        var second = Append(journal, recorded);
        var third = Append(journal, null);
        roll.Store.Unblock();
        await Task.WhenAll(first, second, third);

        var flush = await Ended(flushes, recorded);
        Assert.Equal("journal flush", flush.OperationName);
        Assert.Equal(recorded.Context, Assert.Single(flush.Links).Context);
        Assert.Null(flush.Parent);
        Assert.NotEqual(recorded.TraceId, flush.TraceId);
        Assert.Equal(2, flush.GetTagItem("rollcall.records"));
    }

    [Fact]
    public async Task A_flush_that_fails_says_so()
    {
        using var listener = Listen(out var flushes);
        await using var roll = await TwinCluster.Start();
        roll.Store.Fault = Fault.Away;
        using var recorded = _beats.StartActivity("recorded")!;
        await Append(roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<DeviceJournal>(), recorded);
        Assert.Equal(ActivityStatusCode.Error, (await Ended(flushes, recorded)).Status);
    }

    [Fact]
    public void Links_are_bounded()
    {
        using var listener = Listen(out _);
        using var recorded = _beats.StartActivity("recorded")!;
        using var flush = FlushActivity.Start(Enumerable.Repeat<Activity?>(recorded, FlushActivity.MostLinks + 50), 178);
        Assert.Equal(FlushActivity.MostLinks, flush!.Links.Count());
    }

    [Fact]
    public void Nothing_is_made_for_beats_that_nobody_records()
    {
        using var listener = Listen(out _);
        Assert.Null(FlushActivity.Caller());
        Assert.Null(FlushActivity.Start([null, null], 2));
    }

    private static Task<AppendResult> Append(DeviceJournal journal, Activity? caller)
    {
        Activity.Current = caller;
        try
        {
            var row = Rollcall.Fleet.Provisioning.NewRow("nobody", "customer", DateTimeOffset.UnixEpoch, null, null, null);
            return journal.Append(new Change(row, row.Next(), []));
        }
        finally
        {
            Activity.Current = null;
        }
    }

    private static async Task<Activity> Ended(Func<Activity[]> flushes, Activity beat)
    {
        Activity? found = null;
        await Eventually.IsSoAsync(
            () => (found = flushes().FirstOrDefault(flush => flush.Links.Any(link => link.Context == beat.Context))) is not null);
        return found!;
    }

    private ActivityListener Listen(out Func<Activity[]> flushes)
    {
        var ended = new List<Activity>();
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instrumentation.Name || source == _beats,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (ended)
                {
                    ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        flushes = () =>
        {
            lock (ended)
            {
                return [.. ended.Where(activity => activity.Source.Name == Instrumentation.Name)];
            }
        };
        return listener;
    }
}
