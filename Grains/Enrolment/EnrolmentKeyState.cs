using Rollcall.Clocks;
using Rollcall.Facts;

namespace Rollcall.Enrolment;

/// <summary>An enrolment key as it is stored; the text is not.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.enrolment-key-state")]
public sealed record EnrolmentKeyState : StateWithFacts
{
    [Id(0)]
    public string Id { get; init; } = "";

    [Id(1)]
    public string CustomerId { get; init; } = "";

    [Id(2)]
    public string Name { get; init; } = "";

    /// <summary>How many devices it may provision; null: any number.</summary>
    [Id(3)]
    public int? MaxDevices { get; init; }

    /// <summary>Devices provisioned. Counted before a device is created: a crash in between wastes one, and the limit is never exceeded.</summary>
    [Id(4)]
    public int Devices { get; init; }

    [Id(5)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(6)]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Id(7)]
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Of the devices that it provisions, milliseconds; null: the installation's.</summary>
    [Id(8)]
    public int? HeartbeatInterval { get; init; }

    /// <summary>Of the devices that it provisions, milliseconds; null: the installation's.</summary>
    [Id(9)]
    public int? HeartbeatTimeout { get; init; }

    public bool HasRoom() => !(Devices >= MaxDevices);

    /// <summary>Neither revoked nor expired.</summary>
    internal bool IsGood(WallTime now) => RevokedAt is null && !(ExpiresAt is { } end && now.IsOver(CreatedAt, end));

    public EnrolmentKey ToView() => new(Id, Name, MaxDevices, Devices, CreatedAt, ExpiresAt, RevokedAt, HeartbeatInterval, HeartbeatTimeout);
}
