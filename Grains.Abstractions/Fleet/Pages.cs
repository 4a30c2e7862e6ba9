using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>
/// Which devices. <paramref name="After"/>: the last id of the former page. <paramref name="Search"/>: substring of id or name, any case.
/// </summary>
[GenerateSerializer, Immutable, Alias("rollcall.device-query")]
public sealed record DeviceQuery(
    [property: Id(0)] DeviceStatus? Status,
    [property: Id(1)] DeviceHealth? Health,
    [property: Id(2)] string? Search,
    [property: Id(3)] string? After,
    [property: Id(4)] int Limit)
{
    /// <summary>The filter, without the page.</summary>
    public DeviceFilter ToFilter() => DeviceFilter.Of(Status is { } status ? [status] : null, Health, search: Search);
}

/// <summary>A page of devices; <paramref name="More"/>: there is another. <paramref name="AsOf"/>: when it was read.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.device-page")]
public sealed record DevicePage(
    [property: Id(0)] IReadOnlyList<Device> Devices,
    [property: Id(1)] bool More,
    [property: Id(2)] Counts Counts,
    [property: Id(3)] DateTimeOffset AsOf);

/// <summary>A customer's devices by status, and by state.</summary>
/// <param name="States">Null: from a silo of a former version.</param>
[GenerateSerializer, Immutable, Alias("rollcall.counts")]
public sealed record Counts([property: Id(0)] long Total, [property: Id(1)] long Online, [property: Id(2)] StateCounts? States = null)
{
    /// <summary>Total less online.</summary>
    public long Offline => Total - Online;
}

/// <summary>A customer's devices by <see cref="DeviceState"/>; each is in one.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.state-counts")]
public sealed record StateCounts(
    [property: Id(0)] long Online,
    [property: Id(1)] long Degraded,
    [property: Id(2)] long Down,
    [property: Id(3)] long SignedOff,
    [property: Id(4)] long NeverSeen,
    [property: Id(5)] long Maintenance,
    [property: Id(6)] long Disabled);

/// <summary>
/// A device to add. <paramref name="DeviceId"/> null: one is generated. <paramref name="WithSecret"/>: a secret now instead of an activation
/// code.
/// </summary>
/// <param name="Seed">
/// 256 random bits, from which the silo derives the random parts of the device: a retry with the same bits finds what the first call has
/// created.
/// </param>
/// <param name="Again">A call with this seed was made before.</param>
/// <param name="HeartbeatInterval">Milliseconds; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Milliseconds; null: the installation's.</param>
[GenerateSerializer, Immutable, Alias("rollcall.new-device")]
public sealed record NewDevice(
    [property: Id(0)] string? DeviceId,
    [property: Id(1)] string? Name,
    [property: Id(2)] string? Location,
    [property: Id(3)] bool WithSecret,
    [property: Id(4)] byte[]? Seed = null,
    [property: Id(5)] bool Again = false,
    [property: Id(6)] int? HeartbeatInterval = null,
    [property: Id(7)] int? HeartbeatTimeout = null);

/// <summary>
/// A device's own secret, or another system's hash of it (<c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c> of cost 4 to 13, or
/// <c>sha256:</c> and 64 hexadecimal digits).
/// </summary>
[GenerateSerializer, Immutable, Alias("rollcall.own-secret")]
public sealed record OwnSecret([property: Id(0)] string? Secret, [property: Id(1)] string? Hash);

/// <summary>The added device with its secret, or with its code and when that expires; shown only once.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.create-reply")]
public sealed record CreateReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] Device? Device = null,
    [property: Id(2)] string? Secret = null,
    [property: Id(3)] string? ActivationCode = null,
    [property: Id(4)] DateTimeOffset? ExpiresAt = null);

/// <summary>Transitions of one device. <paramref name="FirstSeq"/>: the oldest kept (one past the last when none is).</summary>
[GenerateSerializer, Immutable, Alias("rollcall.event-page")]
public sealed record EventPage(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] IReadOnlyList<Transition> Events,
    [property: Id(2)] long FirstSeq);

/// <summary>A device's transition in its customer's log.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.fleet-event")]
public sealed record FleetEvent([property: Id(0)] string DeviceId, [property: Id(1)] Transition Transition);

/// <summary>Transitions of the fleet. <paramref name="Gone"/>: some after the caller's position are no longer kept.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.fleet-event-page")]
public sealed record FleetEventPage(
    [property: Id(0)] IReadOnlyList<FleetEvent> Events,
    [property: Id(1)] long Position,
    [property: Id(2)] bool Gone);

/// <summary>Whether the stores of the silo that was asked answer. <paramref name="Redis"/> null: this mode has none.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.store-report")]
public sealed record StoreReport([property: Id(0)] bool Database, [property: Id(1)] bool? Redis);
