using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Measuring;
using Rollcall.Outages;

namespace Rollcall.Journal;

public sealed class DeviceJournalTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly FaultyStore _store = new(new MemoryStore());
    private readonly JournalOptions _options = new() { MaxRecords = 10 };
    private readonly OutageMonitor _outages;
    private readonly SiloMeter _meter = new(new System.Diagnostics.Metrics.Meter("unheard"));
    private readonly StoreHealth _health;
    private readonly DeviceJournal _journal;

    public DeviceJournalTests()
    {
        var options = Options.Create(_options);
        _outages = new OutageMonitor(_clock, Options.Create(new DeviceOptions()));

        // No test here lets the store recover, so nobody is called.
        _health = new StoreHealth(_store, _outages, null!, options, _clock, NullLogger<StoreHealth>.Instance);
        _journal = new DeviceJournal(_store, _health, options, _meter, _clock, NullLogger<DeviceJournal>.Instance);
    }

    public void Dispose()
    {
        _health.Dispose();
        _outages.Dispose();
    }

    [Fact]
    public async Task A_flush_is_one_write_of_at_most_its_maximum_and_one_is_in_flight()
    {
        _journal.Start();
        _store.Block();
        var appends = Append(95);
        await Eventually.IsSoAsync(() => _store.Waiting == 1);
        _store.Unblock();
        Assert.All(await Task.WhenAll(appends), outcome => Assert.Equal(AppendResult.Stored, outcome));

        Assert.Equal(95, _store.Batches.Sum());
        Assert.All(_store.Batches, size => Assert.InRange(size, 1, 10));
        Assert.InRange(_store.Batches.Count, 10, 11);
        Assert.Equal(1, _store.MostAtOnce);
    }

    /// <summary>Results of commands may be large: a transaction of 2,000 of them would hold everybody up for seconds.</summary>
    [Fact]
    public async Task A_flush_is_closed_by_what_it_has_in_bytes_and_one_change_is_written_whatever_it_has()
    {
        (_options.MaxRecords, _options.MaxBytes) = (100, 10_000);
        Change[] changes = [.. Enumerable.Range(0, 6).Select(i => Large(i, 4_000)), Large(6, 50_000), Record(7)];
        var appends = Array.ConvertAll(changes, _journal.Append);
        _journal.Start();
        Assert.All(await Task.WhenAll(appends), outcome => Assert.Equal(AppendResult.Stored, outcome));
        Assert.Equal([2, 2, 2, 1, 1], _store.Batches);
    }

    [Fact]
    public async Task After_a_failed_flush_everything_is_refused_at_once()
    {
        _journal.Start();
        _store.Fault = Fault.Away;
        Assert.All(await Task.WhenAll(Append(25)), outcome => Assert.Equal(AppendResult.Unavailable, outcome));
        Assert.True(_health.IsAway);
        var written = _store.Batches.Count;
        Assert.True(Append(1)[0] is { IsCompletedSuccessfully: true, Result: AppendResult.Unavailable });
        Assert.Equal(written, _store.Batches.Count);
    }

    [Fact]
    public async Task A_flush_without_an_answer_is_unknown_and_what_is_behind_it_surely_not_written()
    {
        _journal.Start();
        _store.Block();
        var first = Append(1);
        await Eventually.IsSoAsync(() => _store.Waiting == 1);
        var behind = Append(3);
        _clock.Advance(_options.Timeout);
        Assert.Equal(AppendResult.Unknown, await first[0]);
        Assert.All(await Task.WhenAll(behind), outcome => Assert.Equal(AppendResult.Unavailable, outcome));
    }

    [Fact]
    public async Task A_stop_writes_what_is_queued_and_takes_nothing_more()
    {
        _journal.Start();
        _store.Block();
        var appends = Append(25);
        await Eventually.IsSoAsync(() => _store.Waiting == 1);
        var drained = _journal.DrainAsync();
        Assert.Equal(AppendResult.Unavailable, await Append(1)[0]);
        Assert.False(drained.IsCompleted);

        _store.Unblock();
        await drained;
        Assert.All(await Task.WhenAll(appends), outcome => Assert.Equal(AppendResult.Stored, outcome));
    }

    [Fact]
    public async Task A_stop_waits_for_a_store_that_does_not_answer_no_longer_than_its_drain_time()
    {
        _options.Timeout = TimeSpan.FromMinutes(1);
        _journal.Start();
        _store.Block();
        Append(1);
        await Eventually.IsSoAsync(() => _store.Waiting == 1);
        var drained = _journal.DrainAsync();
        _clock.Advance(_options.DrainTime - TimeSpan.FromMilliseconds(1));
        Assert.False(drained.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await drained;
    }

    [Fact]
    public async Task A_record_whose_content_is_refused_fails_alone()
    {
        var poison = new PoisonStore("device-3");
        var journal = new DeviceJournal(poison, _health, Options.Create(_options), _meter, _clock, NullLogger<DeviceJournal>.Instance);
        var appends = Enumerable.Range(0, 8).Select(i => journal.Append(Record(i))).ToArray();
        journal.Start();
        var outcomes = await Task.WhenAll(appends);
        Assert.Equal(AppendResult.Refused, outcomes[3]);
        Assert.Equal(7, outcomes.Count(outcome => outcome == AppendResult.Stored));
        Assert.Equal(8, poison.Batches[0]);
        Assert.InRange(poison.Batches.Count, 2, 7);
    }

    private Task<AppendResult>[] Append(int count) => [.. Enumerable.Range(0, count).Select(i => _journal.Append(Record(i)))];

    private static Change Large(int i, int bytes) => Record(i) with
    {
        Events =
        [
            new CommandChanged(new Command(
                "id", $"device-{i}", 1, "blink", null, CommandStatus.Completed, default, default, null, null, null, new string('x', bytes), null,
                false, "owner")),
        ],
    };

    private static Change Record(int i)
    {
        var row = Provisioning.NewRow($"device-{i}", "customer", DateTimeOffset.UnixEpoch, null, null, null);
        return new Change(row, row.Next(), []);
    }

    /// <summary>Refuses every batch that has one device's record in it.</summary>
    private sealed class PoisonStore(string deviceId) : IDeviceStore
    {
        public List<int> Batches { get; } = [];

        public Task<bool[]> WriteAsync(IReadOnlyList<Change> records, CancellationToken cancellation)
        {
            Batches.Add(records.Count);
            return records.Any(record => record.DeviceId == deviceId)
                ? throw new StoreRefusedException("planted")
                : Task.FromResult(Enumerable.Repeat(true, records.Count).ToArray());
        }

        public Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<DeviceRow>>([]);

        public Task ProbeAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
