using Rollcall.Devices;

namespace Rollcall.Enrolment;

/// <summary>A key to make.</summary>
/// <param name="MaxDevices">How many devices may be provisioned with it; null: any number.</param>
/// <param name="ExpiresAt">Until when; null: until it is revoked.</param>
/// <param name="HeartbeatInterval">Of the devices that it provisions, milliseconds; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Of the devices that it provisions, milliseconds; null: the installation's.</param>
[GenerateSerializer, Immutable, Alias("rollcall.new-key")]
public sealed record NewKey(
    [property: Id(0)] string Name,
    [property: Id(1)] int? MaxDevices,
    [property: Id(2)] DateTimeOffset? ExpiresAt,
    [property: Id(3)] int? HeartbeatInterval = null,
    [property: Id(4)] int? HeartbeatTimeout = null);

/// <summary>The key made: its id, and its text, shown only once; or why not.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.new-key-reply")]
public sealed record NewKeyReply([property: Id(0)] Refusal Refusal, [property: Id(1)] string? Id = null, [property: Id(2)] string? Text = null);

/// <summary>A key as its customer sees it.</summary>
/// <param name="Devices">Places taken: devices that were provisioned with it, removed ones included.</param>
/// <param name="HeartbeatInterval">Of the devices that it provisions, milliseconds; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Of the devices that it provisions, milliseconds; null: the installation's.</param>
[GenerateSerializer, Immutable, Alias("rollcall.enrolment-key-view")]
public sealed record EnrolmentKey(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] int? MaxDevices,
    [property: Id(3)] int Devices,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] DateTimeOffset? ExpiresAt,
    [property: Id(6)] DateTimeOffset? RevokedAt,
    [property: Id(7)] int? HeartbeatInterval = null,
    [property: Id(8)] int? HeartbeatTimeout = null);
