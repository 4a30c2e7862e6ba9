using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Migrations;
using Rollcall.Sqlite;

namespace Rollcall.Fleet;

/// <summary>Rounds over a real file, with a clock that is set wrong.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly JumpingClock _clock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteFleetStore _roster;
    private readonly CountedRounds _rounds;
    private DeviceRow _lamp = Provisioning.NewRow("lamp", "acme", Noon, null, null, null);

    public RetentionTests()
    {
        using (var migrator = Migrator.ForSqlite(_folder.Database))
        {
            migrator.Up();
        }

        _clock = new JumpingClock(_time);
        (_writer, _readers) = (new SqliteWriter(_folder.Database), new SqliteReaders(_folder.Database));
        _roster = new SqliteFleetStore(_writer, _readers);
        _rounds = new CountedRounds(_roster);
    }

    public async ValueTask InitializeAsync()
    {
        await Write(Change.Creation(_lamp));
        await Flip(4);
        await Run(new RetentionOptions(), isTrusted: false, rounds: 1);
        Assert.Equal(Noon, await _roster.NewestTimeAsync(CancellationToken.None));
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _readers.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_start_with_the_clock_100_days_ahead_forgets_nothing_until_a_day_has_passed()
    {
        _clock.Off = 100 * Day;
        await Flip(1);
        Assert.Equal(5, await Run(new RetentionOptions(), isTrusted: false, rounds: 3));
        Assert.Equal(Noon, await _roster.NewestTimeAsync(CancellationToken.None));

        // The time that the clock shows is believed in the end; only what is old by it goes.
        Assert.Equal(1, await Run(new RetentionOptions(), isTrusted: false, rounds: 25));
        Assert.InRange((await _roster.NewestTimeAsync(CancellationToken.None))!.Value, Noon + (101 * Day), Noon + (102 * Day));
    }

    [Fact]
    public async Task With_the_clock_trusted_it_is_forgotten_at_once()
    {
        _clock.Off = 100 * Day;
        Assert.Equal(0, await Run(new RetentionOptions(), isTrusted: true, rounds: 1));
        Assert.Equal(Noon + (100 * Day), await _roster.NewestTimeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_customer_with_too_many_loses_the_oldest_within_a_minute()
    {
        var retention = await Start(new RetentionOptions { PresenceEvents = 3 }, isTrusted: false);
        await Eventually.IsSoAsync(async () => await Count() == 3);
        await Flip(2);
        _time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsSoAsync(async () => await Count() == 3);
        await retention.StopAsync(CancellationToken.None);
        Assert.Equal(4, (await _roster.EventsAsync("acme", "lamp", null, 10, CancellationToken.None)).FirstSeq);
    }

    /// <summary>So many hourly rounds.</summary>
    /// <returns>How many transitions there are then.</returns>
    private async Task<long> Run(RetentionOptions options, bool isTrusted, int rounds)
    {
        var retention = await Start(options, isTrusted);
        for (var round = 1; round < rounds; round++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Eventually.IsSoAsync(() => _rounds.Full == round + 1);
        }

        await retention.StopAsync(CancellationToken.None);
        return await Count();
    }

    private async Task<Retention> Start(RetentionOptions options, bool isTrusted)
    {
        var trust = new ClockTrust(_clock, Options.Create(new ClockOptions { IsTrusted = isTrusted }), NullLogger<ClockTrust>.Instance);
        var retention = new Retention(
            _rounds, new SqliteCommandStore(_writer, _readers), Options.Create(options), trust, _clock, NullLoggerFactory.Instance);
        _rounds.Full = 0;
        await retention.StartAsync(CancellationToken.None);
        await Eventually.IsSoAsync(() => _rounds.Full == 1);
        return retention;
    }

    private async Task Flip(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var now = ClockReading.WallNow(_clock);
            var (from, to) = _lamp.Presence.Online ? (DeviceStatus.Online, DeviceStatus.Offline) : (DeviceStatus.Offline, DeviceStatus.Online);
            var change = new Transition(_lamp.Presence.Seq + 1, from, to, PresenceReason.Heartbeat, now);
            var next = _lamp.Next(_lamp.Presence with { Status = to, StatusSince = now, Seq = change.Seq, LastSeen = now });
            await Write(new Change(_lamp, next, [new PresenceChanged(change)]));
            _lamp = next;
        }
    }

    private async Task Write(Change change) =>
        Assert.Equal<bool[]>([true], await new SqliteDeviceStore(_writer, _readers, _clock).WriteAsync([change], CancellationToken.None));

    private Task<long> Count() => _readers.ReadAsync(
        statements => SqliteRow.All(statements.Query("SELECT count(*) FROM presence_events"), row => row.GetInt64(0)).Single(),
        CancellationToken.None);
}
