using System.Collections.Immutable;
using Rollcall.Devices.Presence;
using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <summary>A change that a facet asks for: the next row, the events, and what follows once it is stored.</summary>
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

    /// <summary>The signal that it stores; null: none.</summary>
    public LivenessSignal? Signal { get; init; }

    /// <summary>The reason given to connections whose session it ends.</summary>
    public ConnectionEnd Why { get; init; } = ConnectionEnd.Superseded;

    /// <summary>Null: nothing but what every facet does anyway.</summary>
    public IConsequence? Then { get; init; }

    public static ImmutableArray<DeviceEvent> EventsOf(Transition? transition) => transition is null ? [] : [new PresenceChanged(transition)];
}

/// <summary>What follows a change, once it is stored and shown.</summary>
internal interface IConsequence
{
    ValueTask Follow();
}
