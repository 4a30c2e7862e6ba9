using Rollcall.Clocks;
using Rollcall.Facts;

namespace Rollcall.Enrolment;

/// <summary>An enrolment key as it is stored; the text is not.</summary>
public sealed record EnrolmentKeyState : StateWithFacts
{
    public string Id { get; init; } = "";

    public string CustomerId { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>How many devices it may provision; null: any number.</summary>
    public int? MaxDevices { get; init; }

    /// <summary>Devices provisioned. Counted before a device is created: a crash in between wastes one, and the limit is never exceeded.</summary>
    public int Devices { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Of the devices that it provisions, milliseconds; null: the installation's.</summary>
    public int? HeartbeatInterval { get; init; }

    /// <summary>Of the devices that it provisions, milliseconds; null: the installation's.</summary>
    public int? HeartbeatTimeout { get; init; }

    public bool HasRoom() => !(Devices >= MaxDevices);

    /// <summary>Neither revoked nor expired.</summary>
    internal bool IsGood(WallTime now) => RevokedAt is null && !(ExpiresAt is { } end && now.IsOver(CreatedAt, end));

    public EnrolmentKey ToView() => new(Id, Name, MaxDevices, Devices, CreatedAt, ExpiresAt, RevokedAt, HeartbeatInterval, HeartbeatTimeout);
}
