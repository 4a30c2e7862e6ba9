using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>
/// Lists, counts, events and creation for one customer, straight from the store; no twin is woken (silos are asked which of them hold a
/// socket). Key: <see cref="Keys.Fleet"/>.
/// </summary>
[Alias("rollcall.roster")]
public interface IFleetGrain : IGrainWithStringKey
{
    /// <summary>A page of the customer's devices by id, and the counts of all of them.</summary>
    [Alias("list")]
    ValueTask<DevicePage> List(DeviceQuery query);

    /// <summary>What a watch begins with, and what it is healed by.</summary>
    [Alias("snapshot")]
    ValueTask<Snapshot> Snapshot(WatchQuery query);

    /// <summary>Adds a device that has never been seen. <see cref="Refusal.Conflict"/>: the id is taken.</summary>
    [Alias("create")]
    ValueTask<CreateReply> Create(NewDevice device);

    /// <summary>
    /// Adds a device that brings its secret along, or another system's hash of it. Not <see cref="Create"/>, which a silo of before would
    /// carry out without the secret. <see cref="Refusal.Rejected"/>: the hash has none of the forms. <see cref="Refusal.Unavailable"/>:
    /// the pool of slow hashes is full.
    /// </summary>
    [Alias("create-with-secret")]
    ValueTask<CreateReply> CreateWithSecret(NewDevice device, OwnSecret own);

    /// <summary>Tells who watches of devices that a tool has added to the store.</summary>
    [Alias("announce")]
    ValueTask Announce(IReadOnlyList<string> deviceIds);

    /// <summary>One device's transitions after <paramref name="after"/> (null: from the oldest kept), ascending.</summary>
    [Alias("events")]
    ValueTask<EventPage> Events(string deviceId, long? after, int limit);

    /// <summary>The fleet's transitions after a position (0: from the oldest kept), in the order they were stored.</summary>
    [Alias("fleet-events")]
    ValueTask<FleetEventPage> FleetEvents(long position, int limit);

    /// <summary>A page of a device's commands, newest first.</summary>
    [Alias("commands")]
    ValueTask<CommandPage> Commands(CommandQuery query);

    /// <summary>One command, as it is stored; what is over its time has expired.</summary>
    [Alias("command")]
    ValueTask<CommandReply> Command(string deviceId, string commandId);

    /// <summary>Those of these commands that there are, each named by its device's id and its own.</summary>
    [Alias("commands-named")]
    ValueTask<IReadOnlyList<Command>> CommandsNamed(IReadOnlyList<(string DeviceId, string CommandId)> ids);

    /// <summary>Whether the stores answer.</summary>
    [Alias("look")]
    ValueTask<StoreReport> Look();
}
