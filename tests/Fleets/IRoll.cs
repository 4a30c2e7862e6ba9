namespace Rollcall.Rolls;

/// <summary>The store, read past us: what is in here survives.</summary>
internal interface IRoll
{
    IReadOnlyList<StoredDevice> Devices();

    IReadOnlyList<StoredEvent> Events();

    /// <summary>What the customers' counters say: of devices, of those online.</summary>
    (long Total, long Online) Counts();
}

/// <summary>A device as the store has it; <paramref name="Counter"/> is the metric <c>n</c> of its newest beat.</summary>
internal sealed record StoredDevice(string Id, string Status, string? Reason, string? LastSeen, long? Counter, long Seq);

internal sealed record StoredEvent(string DeviceId, long Seq, string From, string To, string Reason, DateTimeOffset At);
