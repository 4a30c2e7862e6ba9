using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Devices.Turn;
using Rollcall.Fleet;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall.Devices.Presence.Model;

/// <summary>Plants a mistake: wraps the rule of presence.</summary>
internal delegate DecidePresence Mutant(DecidePresence rule, SimulatedStore store);

/// <summary>
/// The real twin in a world without threads: one fake clock, a timer that fires exactly when due, a store of one row.
/// A call ends before the next one begins, as in a grain that is not reentrant.
/// </summary>
internal sealed partial class Simulation : ITwinHost, IDisposable
{
    // Below the five seconds after which silence of the process itself counts as deafness.
    private static readonly TimeSpan Stride = TimeSpan.FromSeconds(4);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Secret = SecretScheme.Generate();
    private static readonly string Credential = SecretScheme.HashGenerated(Secret);
    private static readonly IOptions<DeviceOptions> Options =
        Microsoft.Extensions.Options.Options.Create(new DeviceOptions { GoodbyeBurst = 1, GoodbyeRate = 1 });
    private static readonly SecretChecker Secrets = new(
        Microsoft.Extensions.Options.Options.Create(new SecretOptions { BcryptCost = 4 }), TimeProvider.System);

    private static readonly SiloMeter Unheard = new(new System.Diagnostics.Metrics.Meter("simulation"));
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly OutageMonitor _outages;
    private readonly TwinServices _services;
    private readonly string?[] _gateways = ["a-0", "b-0"];
    private DeviceTwin? _twin;
    private DateTimeOffset? _due;
    private int _incarnations;

    public Simulation(Mutant? mutant = null)
    {
        _outages = new OutageMonitor(_clock, Options);
        Array.ForEach(_gateways, gateway => _outages.GatewayJoined(gateway!));
        Store = new SimulatedStore(_outages) { Row = Provisioning.NewRow("device", "customer", Start, null, null, Credential) };
        Store.Committed.Add(Store.Row.Presence);
        _services = new TwinServices(
            Store, Store, _outages, new Feed.Feed(_clock, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance), Secrets,
            Unheard, Options.Value, _clock);
        _services = _services with { Decide = decide => WithoutFlaps(mutant?.Invoke(decide, Store) ?? decide) };
    }

    public SimulatedStore Store { get; }

    /// <summary>The durable alarm is set.</summary>
    public bool Alarm { get; private set; }

    private DeviceTwin Twin => _twin ??= new DeviceTwin("device", this, _services);

    public void Dispose() => _outages.Dispose();

    /// <summary>What a portal is shown; the twin is not loaded by it, since the model says that it is.</summary>
    public string Shown()
    {
        var reply = Now(Twin.Read("customer"));
        Assert.Equal(Refusal.None, reply.Refusal);
        var device = reply.Device!;
        Assert.Contains(Store.Committed, row => row.Status == device.Status && row.Reason == device.Reason && row.Seq == device.Seq
            && row.StatusSince == device.StatusSince && row.LastSeen == device.LastSeen && row.Health == device.Health
            && row.Metrics == device.Metrics);
        return Text(
            new PresenceState(device.Status, device.Reason, device.StatusSince, device.Health, device.LastSeen, device.Metrics, device.Seq),
            device.Mode)
            + (device.Connected ? " connected" : " unconnected");
    }

    public string Table() => $"{Text(Store.Row.Presence, Store.Row.Profile.Mode)} {Store.Row.Session.Epoch}";

    public string[] Log() => [.. Store.Log.Select(change =>
        $"{change.Seq} {WireNames.Of(change.From)}>{WireNames.Of(change.To)} {WireNames.Of(change.Reason)} @{Milliseconds(change.At)}")];

    void ITwinHost.WakeAfter(TimeSpan due) => _due = _clock.GetUtcNow() + (due > TimeSpan.Zero ? due : TimeSpan.Zero);

    void ITwinHost.NeverWake() => _due = null;

    void ITwinHost.EndConnection(DeviceConnectionInfo connection, ConnectionEnd why)
    {
        // Gateways are not part of these histories; what a socket's end does to presence is.
    }

    void ITwinHost.Deliver(DeviceConnectionInfo connection, IReadOnlyList<Commands.Command> commands)
    {
        // Nor are commands.
    }

    void ITwinHost.Vouch(DeviceConnectionInfo connection)
    {
    }

    void ITwinHost.Ended(Commands.CommandWaiter waiter, Commands.Command command)
    {
    }

    Task ITwinHost.RegisterReminder(ReminderPlan plan)
    {
        Alarm = true;
        return Task.CompletedTask;
    }

    Task ITwinHost.UnregisterReminder()
    {
        Alarm = false;
        return Task.CompletedTask;
    }

    void ITwinHost.Leave() => throw new InvalidOperationException("Nothing in these histories makes a twin leave.");

    /// <summary>Whether a device flaps is no part of these histories.</summary>
    private static DecidePresence WithoutFlaps(DecidePresence decide) => (stored, heard, now) =>
        decide(stored, heard, now) is { } decision ? decision with { Next = decision.Next with { Flaps = Flaps.None } } : null;

    private static string Text(PresenceState row, DeviceMode mode) =>
        $"{WireNames.Of(row.Status)} {Name(row.Reason)} {row.Seq} since {Milliseconds(row.StatusSince)} "
            + $"seen {Milliseconds(row.LastSeen)} {Name(row.Health)} {row.Metrics} {WireNames.Of(mode)}";

    private static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? WireNames.Of(known) : null;

    private static int? Milliseconds(DateTimeOffset? at) => at is { } time ? (int)(time - Start).TotalMilliseconds : null;

    private static T Now<T>(ValueTask<T> call)
    {
        Assert.True(call.IsCompleted);
        return call.GetAwaiter().GetResult();
    }

    private static void Now(ValueTask call)
    {
        Assert.True(call.IsCompleted);
        call.GetAwaiter().GetResult();
    }

    private void Pass(TimeSpan time)
    {
        for (var until = _clock.GetUtcNow() + time; _clock.GetUtcNow() < until;)
        {
            var next = Min(until, _clock.GetUtcNow() + Stride);
            _clock.Advance((_due is { } due && due > _clock.GetUtcNow() ? Min(next, due) : next) - _clock.GetUtcNow());
            FireDue();
        }
    }

    private void FireDue()
    {
        for (var fired = 0; _twin is not null && _due <= _clock.GetUtcNow(); fired++)
        {
            Assert.True(fired < 3, "The twin's timer spins.");
            _due = null;
            Now(_twin.Turn.Tick());
        }
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
