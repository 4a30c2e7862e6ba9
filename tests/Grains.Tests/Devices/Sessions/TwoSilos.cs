using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Turn;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall.Devices.Sessions;

/// <summary>The real twins of one device in a world without threads: two silos whose wall clocks differ by ten seconds, and one table.</summary>
internal sealed partial class TwoSilos : IDisposable
{
    private const string Gateway = "gateway";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Credential = SecretScheme.HashGenerated(SecretScheme.Generate());
    private static readonly IOptions<DeviceOptions> Settings = Options.Create(
        new DeviceOptions { HeartbeatTimeout = TimeSpan.FromDays(1), LinkGrace = TimeSpan.FromDays(1), GoodbyeBurst = 1_000_000 });

    private static readonly SecretChecker Secrets = new(Options.Create(new SecretOptions { BcryptCost = 4 }), TimeProvider.System);
    private static readonly SiloMeter Unheard = new(new System.Diagnostics.Metrics.Meter("sessions"));
    private readonly FakeTimeProvider[] _clocks = [new(Start), new(Start.AddSeconds(10))];
    private readonly OutageMonitor[] _outages;
    private readonly Silo[] _silos;
    private readonly Mistake _mistake;
    private DeviceRow? _row = NewRow();
    private (NextSession? Next, long? Epoch) _next;

    public TwoSilos(Mistake? mistake = null)
    {
        _mistake = mistake ?? new Mistake();
        _outages = [.. _clocks.Select(clock => new OutageMonitor(clock, Settings))];
        _silos = [new Silo(this, Services(0)), new Silo(this, Services(1))];
        Array.ForEach(_outages, outages => outages.GatewayJoined(Gateway));
    }

    public int? Trouble { get; set; }

    public bool Away { get; private set; }

    public List<int> Ended { get; } = [];

    public SortedSet<int> Owed { get; } = [];

    public void Dispose() => Array.ForEach(_outages, outages => outages.Dispose());

    public string Table(Func<string?, string> nameOf)
    {
        if (_row is null)
        {
            return "none";
        }

        var (sessions, presence) = (Read(_row).Session, _row.Presence);
        var reason = presence.Reason is { } why ? " " + WireNames.Of(why) : "";
        return $"{sessions.Epoch} {nameOf(sessions.Id)} {nameOf(sessions.Next?.Id)} "
            + $"{WireNames.Of(_row.Profile.Mode)} {WireNames.Of(presence.Status)}{reason}{Text(_commands.Values)}";
    }

    public static DeviceConnectionInfo LinkOf(int number, Session session) => new($"{number}", session, Gateway);

    /// <summary>As a gateway calls: again, while a twin has to give way.</summary>
    public Refusal Call(int silo, Func<DeviceTwin, Refusal> call)
    {
        for (var tries = 0; ; tries++)
        {
            var refusal = _silos[silo].Do(call);
            if (refusal != Refusal.StaleActivation || tries == 3)
            {
                return refusal;
            }
        }
    }

    public (Refusal Refusal, Session? Session) SignIn(int silo, string attempt)
    {
        Session? session = null;
        var refusal = Call(silo, twin =>
        {
            var reply = Now(twin.Sessions.Open(Credential, attempt));
            session = reply.Session;
            return reply.Refusal;
        });
        return (refusal, session);
    }

    public (Refusal Refusal, bool Stored) Beat(int silo, Session session, bool goodbye, DeviceConnectionInfo? link)
    {
        var stored = false;
        var refusal = Call(silo, twin =>
        {
            var reply = Now(twin.Heartbeat(new Heartbeat(session, goodbye, null, null, Gateway, link)));
            (stored, Handed) = (reply.Stored, string.Join(' ', reply.Commands?.Select(command => command.Number) ?? []));
            return reply.Refusal;
        });
        return (refusal, stored);
    }

    public (Refusal Refusal, bool Stored) Connect(int silo, DeviceConnectionInfo link, int? former)
    {
        var stored = false;
        var refusal = Call(silo, twin =>
        {
            var reply = Now(twin.Connect(link));
            stored = reply.Stored;
            return reply.Refusal;
        });
        if (refusal == Refusal.None && !stored && former is { } other && _mistake.EndsTheFormersSocketUnstored)
        {
            Ended.Add(other);
        }

        return (refusal, stored);
    }

    public void Tick(int silo) => Call(silo, twin =>
    {
        Now(twin.Turn.Tick());
        return Refusal.None;
    });

    public void Crash(int silo) => _silos[silo].Twin = null;

    public void Move(int from)
    {
        var luggage = _silos[from].Twin?.Turn.Dehydrate();
        _silos[from].Twin?.Turn.Gone();
        _silos[from].Twin = null;
        if (luggage is not null)
        {
            _silos[1 - from].Twin = null;
            _silos[1 - from].Do(twin =>
            {
                twin.Turn.Rehydrate(_mistake.Moved(luggage));
                return Refusal.None;
            });
            Tick(1 - from);
        }
    }

    public void Pass(int milliseconds) => Array.ForEach(_clocks, clock => clock.Advance(TimeSpan.FromMilliseconds(milliseconds)));

    public void StoreIsBack()
    {
        (Trouble, Away) = (null, false);
        foreach (var silo in Owed.ToArray())
        {
            Tick(silo);
        }

        Owed.Clear();
    }

    public void MakeAnew()
    {
        (_row, _next) = (NewRow(), default);
        _commands.Clear();
    }

    /// <summary>As a silo of the former version writes: it leaves the columns of the next session alone.</summary>
    public Session FormerOpens(string id)
    {
        var session = new Session(id, _row!.Session.Epoch + 1);
        _row = _row.Next(session: new SessionState(session.Epoch, id, _clocks[0].GetUtcNow()));
        return session;
    }

    public void FormerHears()
    {
        var heard = LivenessState.Nothing(TimeSpan.Zero)
            .With(new LivenessSignal(Start, PresenceReason.Heartbeat, false, null, null), ClockReading.MonotonicNow(_clocks[0]), Gateway);
        _row = _row!.Next(Settings.Value.Presence.Decide(_row.Presence, heard, ClockReading.Now(_clocks[0]))!.Next);
    }

    private static DeviceRow NewRow() => Provisioning.NewRow("device", "customer", Start, null, null, Credential);

    private TwinServices Services(int silo) => Services(silo, new PlannedJournal(
        change => Append(silo, change), () => Away ? throw new StoreUnavailableException("simulated") : _row is null ? null : Read(_row)));

    private TwinServices Services(int silo, PlannedJournal journal) => new(
        journal, journal, _outages[silo], new Feed.Feed(_clocks[silo], NullLoggerFactory.Instance), Secrets, Unheard,
        Settings.Value, _clocks[silo])
    {
        Commands = this,
        StoreIsAway = () => Away,
        Sessions = _mistake.Rule(SessionRule.Standard),
    };

    private DeviceRow Read(DeviceRow row) => row with { Session = _mistake.Read(row.Session, _next.Next, _next.Epoch) };

    private AppendResult Append(int silo, Change record) => _mistake.Told(record, Write(silo, _mistake.Record(record)));

    private AppendResult Write(int silo, Change record)
    {
        NoteApart(record);
        if (Away)
        {
            Owed.Add(silo);
            return AppendResult.Unavailable;
        }

        if (Trouble is not { } trouble)
        {
            return Commit(record);
        }

        Trouble = null;
        if (trouble == 3)
        {
            return AppendResult.Refused;
        }

        Away = true;
        Owed.Add(silo);
        if (trouble == 1)
        {
            Commit(record);
        }

        return trouble == 0 ? AppendResult.Unavailable : AppendResult.Unknown;
    }

    private AppendResult Commit(Change record)
    {
        if (_row?.Revision != record.Base!.Revision && !(_mistake.CommandsAreNotFenced && _row is not null && record.Commands().Length > 0))
        {
            return AppendResult.Fenced;
        }

        _row = record.Next;
        _next = record.Next is null ? default
            : record.Next.Session == record.Base!.Session ? _next
            : (record.Next.Session.Next, record.Next.Session.NextEpoch);
        Keep(record);
        return AppendResult.Stored;
    }

    public static T Now<T>(ValueTask<T> call)
    {
        Assert.True(call.IsCompleted, "A call waits for something.");
        return call.Result;
    }

    public static void Now(ValueTask call)
    {
        Assert.True(call.IsCompleted, "A call waits for something.");
        call.GetAwaiter().GetResult();
    }

    /// <summary>The place of a twin: it makes one for a call, and forgets it when it wants to leave.</summary>
    private sealed class Silo(TwoSilos world, TwinServices services) : ITwinHost
    {
        private bool _leaves;

        public DeviceTwin? Twin { get; set; }

        public Refusal Do(Func<DeviceTwin, Refusal> call)
        {
            _leaves = false;
            var refusal = call(Twin ??= new DeviceTwin("device", this, services));
            Twin = _leaves ? null : Twin;
            return refusal;
        }

        public void WakeAfter(TimeSpan due)
        {
        }

        public void NeverWake()
        {
        }

        public void EndConnection(DeviceConnectionInfo link, ConnectionEnd why) =>
            world.Ended.Add(int.Parse(link.ConnectionId, System.Globalization.CultureInfo.InvariantCulture));

        public void Deliver(DeviceConnectionInfo link, IReadOnlyList<Command> commands)
        {
        }

        public void Vouch(DeviceConnectionInfo link)
        {
        }

        public void Ended(CommandWaiter waiter, Command command)
        {
        }

        public Task RegisterReminder(ReminderPlan plan) => Task.CompletedTask;

        public Task UnregisterReminder() => Task.CompletedTask;

        public void Leave() => _leaves = true;
    }
}
