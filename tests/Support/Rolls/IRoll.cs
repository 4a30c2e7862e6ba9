namespace Rollcall.Support.Rolls;

/// <summary>The store, read past us: what is in here survives.</summary>
public interface IRoll
{
    IReadOnlyList<StoredDevice> Devices();

    IReadOnlyList<StoredEvent> Events();

    /// <summary>What the customers' counters say: of devices, of those online.</summary>
    (long Total, long Online) Counts();

    /// <summary>Commands of devices whose ids begin so, by device and number.</summary>
    IReadOnlyList<StoredCommand> Commands(string prefix);

    /// <summary>The last step of migration that is applied.</summary>
    long Step();
}

/// <summary>A device as the store has it; <paramref name="Counter"/> is the metric <c>n</c> of its newest beat.</summary>
public sealed record StoredDevice(string Id, string Status, string? Reason, string? LastSeen, long? Counter, long Seq);

public sealed record StoredEvent(string DeviceId, long Seq, string From, string To, string Reason, DateTimeOffset At);

/// <summary>A row of <c>commands</c>.</summary>
public sealed record StoredCommand(string DeviceId, long Number, string Id, string Status, string? Error, DateTimeOffset? AcknowledgedAt)
{
    public bool HasEnded => Status is "completed" or "failed" or "expired" or "cancelled";
}
