using System.Collections.Immutable;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>A change as a facet wishes it: the row that follows the stored one, what happened, and what follows once it is stored.</summary>
/// <param name="Next">Null: the device is removed.</param>
internal readonly record struct Draft(DeviceRow? Next, ImmutableArray<DeviceEvent> Events)
{
    public Draft(DeviceRow? next)
        : this(next, [])
    {
    }

    public Draft(DeviceRow next, Transition? transition)
        : this(next, EventsOf(transition))
    {
    }

    /// <summary>The beat that it stores; null: it stores none.</summary>
    public LivenessSignal? Signal { get; init; }

    /// <summary>What the sockets of sessions are told that are over with it.</summary>
    public ConnectionEnd Why { get; init; } = ConnectionEnd.Superseded;

    /// <summary>Null: nothing beside what every facet does of itself.</summary>
    public IConsequence? Then { get; init; }

    public static ImmutableArray<DeviceEvent> EventsOf(Transition? transition) => transition is null ? [] : [new PresenceChanged(transition)];
}

/// <summary>What follows a change, once it is stored and shown.</summary>
internal interface IConsequence
{
    ValueTask Follow();
}
