using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>
/// Lists, counts, events and creation of one customer's devices, straight from the store. No twin is activated; silos are asked which
/// devices have a connection. Key: <see cref="Keys.Fleet"/>.
/// </summary>
[Alias("rollcall.roster")]
public interface IFleetGrain : IGrainWithStringKey
{
    /// <summary>A page of the customer's devices by id, and the counts of all of them.</summary>
    [Alias("list")]
    ValueTask<DevicePage> List(DeviceQuery query);

    /// <summary>The state that a watch starts with, and that heals it.</summary>
    [Alias("snapshot")]
    ValueTask<Snapshot> Snapshot(WatchQuery query);

    /// <summary>
    /// Adds a new device. <see cref="Refusal.Conflict"/>: the id is taken. <see cref="Refusal.TimeoutTooShort"/>: its heartbeat times do not go
    /// together.
    /// </summary>
    [Alias("create")]
    ValueTask<CreateReply> Create(NewDevice device);

    /// <summary>
    /// Adds a device with a secret of its own, or another system's hash of it. Not a part of <see cref="Create"/>, which a silo of a former
    /// version would execute without the secret. <see cref="Refusal.Rejected"/>: the hash has none of the forms. <see cref="Refusal.Unavailable"/>:
    /// the pool of slow hashes is full.
    /// </summary>
    [Alias("create-with-secret")]
    ValueTask<CreateReply> CreateWithSecret(NewDevice device, OwnSecret own);

    /// <summary>Publishes to watchers the devices that a tool has added to the store.</summary>
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

    /// <summary>One command as it is stored; one past its end is shown as expired.</summary>
    [Alias("command")]
    ValueTask<CommandReply> Command(string deviceId, string commandId);

    /// <summary>Those of these commands that exist, each given by its device's id and its own.</summary>
    [Alias("commands-named")]
    ValueTask<IReadOnlyList<Command>> CommandsNamed(IReadOnlyList<(string DeviceId, string CommandId)> ids);

    /// <summary>Whether the stores answer.</summary>
    [Alias("look")]
    ValueTask<StoreReport> Look();
}
