using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Npgsql;
using NpgsqlTypes;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Devices.Sessions;
using Rollcall.Journal;
using Rollcall.Postgres.Writing;

namespace Rollcall.Micro;

/// <summary>
/// Making the batch of a flush to PostgreSQL out of the changes in it: per change, nothing is sent. Against the same arrays handed over by
/// code that knows that all are beats: what remains is what sections, shapes, groups and order cost.
/// </summary>
public class FlushBenchmarks
{
    /// <summary>As many as a flush has at most by default.</summary>
    private const int Most = 2_000;

    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly Change[] _beats = [.. Enumerable.Range(0, Most).Select(number => Beat(Row(number)))];
    private readonly Change[] _single = [Beat(Row(0))];

    /// <summary>As a fleet has them that is waking up: half beats, the others of three more shapes.</summary>
    private readonly Change[] _several = [.. Enumerable.Range(0, Most).Select(number => (number % 8) switch
    {
        0 or 1 => Arrival(Row(number)),
        2 => SignIn(Row(number)),
        3 => Command(Row(number)),
        _ => Beat(Row(number)),
    })];

    [GlobalSetup]
    public void Setup()
    {
        Require.That(ArraysByHand() == 1 && Statements(_single) == 1 && Statements(_beats) == 1, "beats are not of one shape");
        Require.That(Statements(_several) == 5, "the mixture is not a mark and four shapes");
        Require.That(Parameters(ByHand(_beats)) == Parameters(Built(_beats)), "both ways do not hand over as many arrays");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Most)]
    public int ArraysByHand() => ByHand(_beats).BatchCommands.Count;

    [Benchmark(OperationsPerInvoke = Most)]
    public int OneShape() => Statements(_beats);

    [Benchmark(OperationsPerInvoke = Most)]
    public int FourShapes() => Statements(_several);

    /// <summary>Alone in its flush.</summary>
    [Benchmark]
    public int OneChange() => Statements(_single);

    private static int Statements(Change[] changes) => Built(changes).BatchCommands.Count;

    private static NpgsqlBatch Built(Change[] changes) => new Flush(changes, Noon, slot: 1).Into(new NpgsqlBatch());

    private static int Parameters(NpgsqlBatch batch) => batch.BatchCommands[0].Parameters.Count;

    private static NpgsqlBatch ByHand(Change[] changes)
    {
        var count = changes.Length;
        var (ids, bases, revisions) = (new string[count], new long?[count], new long?[count]);
        var (health, seen, metrics) = (new string?[count], new DateTime?[count], new string?[count]);
        for (var i = 0; i < count; i++)
        {
            var (was, next) = (changes[i].Base!, changes[i].Next!);
            (ids[i], bases[i], revisions[i]) = (next.DeviceId, was.Revision, next.Revision);
            health[i] = next.Presence.Health is { } known ? WireNames.Of(known) : null;
            (seen[i], metrics[i]) = (next.Presence.LastSeen?.UtcDateTime, next.Presence.Metrics);
        }

        var command = new NpgsqlBatchCommand("UPDATE devices")
        {
            Parameters =
            {
                new NpgsqlParameter<DateTime> { TypedValue = Noon.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new NpgsqlParameter<short> { TypedValue = 1, NpgsqlDbType = NpgsqlDbType.Smallint },
                Array(NpgsqlDbType.Text, ids), Array(NpgsqlDbType.Bigint, bases), Array(NpgsqlDbType.Bigint, revisions),
                Array(NpgsqlDbType.Text, health), Array(NpgsqlDbType.TimestampTz, seen), Array(NpgsqlDbType.Jsonb, metrics),
            },
        };
        return new NpgsqlBatch { BatchCommands = { command } };
    }

    private static NpgsqlParameter<T[]> Array<T>(NpgsqlDbType type, T[] values) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };

    private static DeviceRow Row(int number) => new(
        $"device-{number * 7919 % Most:0000}", "customer", Revision: 100 + number,
        new Profile("Boiler", null, DeviceMode.Active, 1, Noon, "credential", null, null, Activated: true),
        new SessionState(1, "session", Noon),
        PresenceState.NeverSeen(Noon) with { Status = DeviceStatus.Online, Reason = PresenceReason.Heartbeat, Seq = 1 });

    private static PresenceState Beating(PresenceState state) => state with
    {
        LastSeen = Noon.AddSeconds(30), Health = DeviceHealth.Healthy, Metrics = """{"cpu":12.5,"memory":40,"uptime":3600}""",
    };

    private static Change Beat(DeviceRow row) => new(row, row.Next(Beating(row.Presence)), []);

    private static Change Arrival(DeviceRow row)
    {
        var was = row with { Presence = row.Presence with { Status = DeviceStatus.Offline, Reason = PresenceReason.HeartbeatTimeout } };
        var change = new Transition(2, DeviceStatus.Offline, DeviceStatus.Online, PresenceReason.Heartbeat, Noon);
        return new Change(was, was.Next(Beating(row.Presence) with { Seq = 2 }), [new PresenceChanged(change)]);
    }

    private static Change SignIn(DeviceRow row) =>
        new(row, row.Next(session: row.Session with { Epoch = 2, Next = new NextSession("next", Noon) }), []);

    private static Change Command(DeviceRow row)
    {
        var command = new Command(
            "1-00", row.DeviceId, 1, "diagnostics", null, CommandStatus.Queued, Noon, Noon.AddHours(1), null, null, null, null, null,
            Late: false, "owner");
        return new Change(
            row, row.Next() with { Commands = new CommandState(Open: 1, Last: 1) }, ImmutableArray.Create<DeviceEvent>(new CommandChanged(command)));
    }
}
