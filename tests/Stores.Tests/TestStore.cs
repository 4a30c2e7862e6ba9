using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using Rollcall.Administration.Customers;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall;

/// <summary>A store of one test, its tables up to date.</summary>
internal abstract class TestStore : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public abstract IDeviceStore Devices { get; }

    public abstract IFleetStore Roster { get; }

    public abstract ICommandStore Commands { get; }

    /// <summary>How many rows of a table there are; <paramref name="where"/> is understood by every store.</summary>
    public abstract Task<long> Count(string table, string where = "1 = 1");

    /// <summary>All tables that there are, of libraries too.</summary>
    public abstract Task<string[]> Tables();

    /// <summary>How many rows of a table have this text anywhere in them.</summary>
    public abstract Task<long> Mentions(string table, string text);

    /// <summary>Carries out a statement behind everybody's back; it is understood by every store.</summary>
    public abstract Task Say(string sql);

    /// <summary>Puts down what is searched in of a device, as another program would.</summary>
    public abstract Task SetSearch(string id, string search);

    /// <summary>Gives a silo this store, grain storage too.</summary>
    public abstract void AddTo(IServiceCollection services);

    /// <summary>The storage of grain states, with these tables of facts.</summary>
    public abstract IGrainStorage States(params FactTable[] facts);

    /// <summary>The same table, for Orleans' ADO.NET provider, which silos of a former version use.</summary>
    public abstract void Former(AdoNetGrainStorageOptions options);

    /// <summary>The book of customers; the store may be in use.</summary>
    public abstract CustomerRepository Book();

    /// <summary>Forgets how many devices customers have.</summary>
    public abstract Task ForgetCounts();

    /// <summary>Forgets all that is stored.</summary>
    public abstract Task Clear();

    public abstract ValueTask DisposeAsync();

    public static DeviceRow New(string id, string customer = "acme", string? name = null) =>
        Provisioning.NewRow(id, customer, Noon, name, null, null);

    public async Task<DeviceRow> Create(string id, string customer = "acme", string? name = null)
    {
        var row = New(id, customer, name);
        Assert.Equal<bool[]>([true], await Make([row]));
        return row;
    }

    /// <summary>Adds devices.</summary>
    /// <returns>For each: it is there as it was given.</returns>
    public Task<bool[]> Make(IReadOnlyList<DeviceRow> rows) => Write([.. rows.Select(Change.Creation)]);

    /// <summary>Stores a transition of the device, at a time in minutes after noon.</summary>
    public async Task<DeviceRow> Flip(DeviceRow row, int minute = 0)
    {
        var record = Flipped(row, minute);
        Assert.True((await Write(record))[0]);
        return record.Next!;
    }

    public static Change Flipped(DeviceRow row, int minute = 0)
    {
        var (from, to) = row.Presence.Online ? (DeviceStatus.Online, DeviceStatus.Offline) : (DeviceStatus.Offline, DeviceStatus.Online);
        var reason = row.Presence.Online ? PresenceReason.HeartbeatTimeout : PresenceReason.Heartbeat;
        var change = new Transition(row.Presence.Seq + 1, from, to, reason, Noon.AddMinutes(minute));
        var next = row.Presence with { Status = to, Reason = reason, StatusSince = change.At, Seq = change.Seq, LastSeen = change.At };
        return new Change(row, row.Next(presence: next), [new PresenceChanged(change)]);
    }

    public Task<bool[]> Write(params Change[] changes) => Devices.WriteAsync(changes, CancellationToken.None);

    public async Task<DeviceRow?> Row(string id) => (await Devices.ReadAsync([id], CancellationToken.None)).SingleOrDefault();

    public Task<EventPage> Events(string id, long? after = null, int limit = 100, string customer = "acme") =>
        Roster.EventsAsync(customer, id, after, limit, CancellationToken.None);

    public Task<FleetEventPage> Fleet(long position = 0, int limit = 100, string customer = "acme") =>
        Roster.FleetEventsAsync(customer, position, limit, CancellationToken.None);

    public async Task<(string[] Ids, bool More, Counts Counts)> List(
        string? search = null, DeviceStatus? status = null, DeviceHealth? health = null, string? after = null, int limit = 100,
        string customer = "acme")
    {
        var filter = DeviceFilter.Of(status is { } one ? [one] : null, health, search: search);
        var (devices, more, counts) = await Roster.ListAsync(customer, filter, after, limit, CancellationToken.None);
        return ([.. devices.Select(device => device.DeviceId)], more, counts);
    }
}
