using Rollcall.Devices;

namespace Rollcall.PortalApi.Events;

/// <summary>A change of a device's status.</summary>
internal sealed record EventBody(long Seq, DeviceStatus From, DeviceStatus To, PresenceReason Reason, DateTimeOffset At)
{
    public static EventBody Of(Transition change) => new(change.Seq, change.From, change.To, change.Reason, change.At);
}

/// <summary>Transitions of one device, ascending.</summary>
/// <param name="FirstSeq">The oldest that is kept; one past the last when none is.</param>
internal sealed record EventListAnswer(IReadOnlyList<EventBody> Events, long FirstSeq);

/// <summary>A change of status in the fleet.</summary>
internal sealed record FleetEventBody(string DeviceId, long Seq, DeviceStatus From, DeviceStatus To, PresenceReason Reason, DateTimeOffset At);

/// <summary>Transitions of the fleet in the order they were stored, at least once: deduplicate by (deviceId, seq).</summary>
/// <param name="NextCursor">Opaque; always there, also when nothing is new: ask again with it.</param>
internal sealed record FleetEventListAnswer(IReadOnlyList<FleetEventBody> Events, string NextCursor);
