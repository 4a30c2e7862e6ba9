using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices.Connections;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;
using Rollcall.Journal;
using Rollcall.Measuring;
using Rollcall.Outages;
using Rollcall.Secrets;

namespace Rollcall.Devices;

/// <summary>What all twins of a silo share.</summary>
internal sealed record TwinServices(
    IJournal Journal,
    IDeviceReader Rows,
    OutageMonitor Outages,
    Feed.Feed Feed,
    SecretChecker Secrets,
    SiloMeter Meter,
    DeviceOptions Options,
    TimeProvider Clock)
{
    /// <summary>
    /// Reminders set or removed at a time. A fleet that comes online together must not overload the reminder table: what that
    /// rejects would be heartbeats that were received and not stored.
    /// </summary>
    public SemaphoreSlim ReminderPlaces { get; } = new(32);

    public OpenConnections Connections { get; } = new();

    public IgnoredNames Ignored { get; } = new();

    /// <summary>Null in a test of twins without commands.</summary>
    public ICommandStore? Commands { get; init; }

    /// <summary>Null: as <see cref="Commands"/>.</summary>
    public CommandParameters? Parameters { get; init; }

    public CustomerCommands CustomerCommands { get; } = new();

    /// <summary>The store is away: nothing is read from it, so that no turn waits for it.</summary>
    public Func<bool> StoreIsAway { get; init; } = () => false;

    /// <summary>Who follows what is stored.</summary>
    public ImmutableArray<IChangeSink> Sinks { get; init; } = [Meter];

    /// <summary>Null: in a test of twins without grains.</summary>
    public Recall? Recall { get; init; }

    /// <summary>The wall clock for comparing with stored times; see <see cref="ClockTrust"/>.</summary>
    public Func<WallTime> Wall { get; init; } = () => ClockReading.WallNow(Clock);

    /// <summary>Of what twins do by themselves, and their owner wants to know.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>For the twins of a warm-up. Null: in a test of twins without grains.</summary>
    public Lazy<TwinServices>? WarmUp { get; init; }

    /// <summary>A test plants an error here.</summary>
    public Func<DecidePresence, DecidePresence> Decide { get; init; } = static decide => decide;

    public SessionRule Sessions { get; init; } = SessionRule.Standard;

    /// <summary>The services for the twin of this device: a warm-up's twins have their own.</summary>
    public TwinServices For(string deviceId) => WarmUp is { } warmUp && Devices.WarmUp.IsDevice(deviceId) ? warmUp.Value : this;

    /// <summary>A twin's change is committed.</summary>
    public void Stored(Change change)
    {
        foreach (var sink in Sinks)
        {
            sink.Stored(change);
        }
    }
}
