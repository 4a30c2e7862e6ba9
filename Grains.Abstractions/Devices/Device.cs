namespace Rollcall.Devices;

/// <summary>A device as its customer sees it: only what is stored.</summary>
/// <param name="Connected">A connection of the device is open.</param>
/// <param name="Metrics">JSON object of numbers, null before the first.</param>
/// <param name="Seq">Number of the last transition; 0 before the first.</param>
/// <param name="IgnoredMetrics">Names of metrics that did not fit, from the twin's memory only. Null: none known.</param>
/// <param name="WeakSecret">An unsalted SHA-256 of its secret was imported, and not replaced yet by a sign-in or a slow hash.</param>
/// <param name="HeartbeatInterval">Milliseconds between its heartbeats; null: the installation's.</param>
/// <param name="HeartbeatTimeout">Milliseconds of silence after which it is offline; null: the installation's.</param>
/// <param name="ModeSince">When its mode was set; null: never, or by a silo of a former version.</param>
/// <param name="ModeNote">Why it has its mode; null: nobody said, or it is active.</param>
/// <param name="ModeUntil">When its maintenance ends by itself; null: by its owner alone.</param>
/// <param name="Flapping">Null: it does not come and go too often.</param>
[GenerateSerializer, Immutable, Alias("rollcall.device-view")]
public sealed record Device(
    [property: Id(0)] string DeviceId,
    [property: Id(1)] string CustomerId,
    [property: Id(2)] string? Name,
    [property: Id(3)] string? Location,
    [property: Id(4)] DeviceMode Mode,
    [property: Id(5)] DeviceStatus Status,
    [property: Id(6)] DeviceHealth? Health,
    [property: Id(7)] PresenceReason? Reason,
    [property: Id(8)] DateTimeOffset StatusSince,
    [property: Id(9)] DateTimeOffset? LastSeen,
    [property: Id(10)] bool Connected,
    [property: Id(11)] string? Metrics,
    [property: Id(12)] long Seq,
    [property: Id(13)] IReadOnlyList<string>? IgnoredMetrics = null,
    [property: Id(14)] bool WeakSecret = false,
    [property: Id(15)] int? HeartbeatInterval = null,
    [property: Id(16)] int? HeartbeatTimeout = null,
    [property: Id(17)] DateTimeOffset? ModeSince = null,
    [property: Id(18)] string? ModeNote = null,
    [property: Id(19)] DateTimeOffset? ModeUntil = null,
    [property: Id(20)] Flapping? Flapping = null);

/// <summary>A device comes and goes too often: more than 6 transitions within an hour, and not yet fewer than 3.</summary>
/// <param name="Changes">Transitions within the hour before the last one, itself included; at most 60 are counted.</param>
/// <param name="Since">The first of the transitions that made it so.</param>
[GenerateSerializer, Immutable, Alias("rollcall.flapping")]
public sealed record Flapping([property: Id(0)] int Changes, [property: Id(1)] DateTimeOffset Since);

/// <summary>A device with the ETag of its profile (all that its owner sets), or why not.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.device-reply")]
public sealed record DeviceReply([property: Id(0)] Refusal Refusal, [property: Id(1)] Device? Device = null, [property: Id(2)] string? ETag = null);

/// <summary>Another secret for a device.</summary>
/// <param name="Seed">256 random bits, from which the secret is derived: a retry with the same bits gives the same secret.</param>
/// <param name="Overlap">How long the former secret stays valid. Zero: it ends at once.</param>
/// <param name="EndSessions">Whether the sessions end, too (reason <c>revoked</c>).</param>
[GenerateSerializer, Immutable, Alias("rollcall.secret-replacement")]
public sealed record SecretReplacement(
    [property: Id(0)] byte[] Seed,
    [property: Id(1)] TimeSpan Overlap,
    [property: Id(2)] bool EndSessions);

/// <summary>The new secret, and until when the former one is valid (null: not any more); or why not.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.secret-reply")]
public sealed record SecretReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] string? Secret = null,
    [property: Id(2)] DateTimeOffset? FormerUntil = null);

/// <summary>A merge patch: what is not set stays.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.device-patch")]
public sealed record DevicePatch(
    [property: Id(0)] Change<string>? Name = null,
    [property: Id(1)] Change<string>? Location = null,
    [property: Id(2)] DeviceMode? Mode = null,
    [property: Id(3)] ValueChange<int>? HeartbeatInterval = null,
    [property: Id(4)] ValueChange<int>? HeartbeatTimeout = null,
    [property: Id(5)] Change<string>? ModeNote = null,
    [property: Id(6)] ValueChange<DateTimeOffset>? ModeUntil = null);

/// <summary>What an import changes of an existing device: what is null stays.</summary>
/// <param name="Credential">Stored form of another secret; the former one ends, and so do the sessions.</param>
[GenerateSerializer, Immutable, Alias("rollcall.amendment")]
public sealed record Amendment(
    [property: Id(0)] Change<string>? Name = null,
    [property: Id(1)] Change<string>? Location = null,
    [property: Id(2)] string? Credential = null,
    [property: Id(3)] ValueChange<int>? HeartbeatInterval = null,
    [property: Id(4)] ValueChange<int>? HeartbeatTimeout = null);

/// <summary>A new value; null clears.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.change`1")]
public sealed record Change<T>([property: Id(0)] T? Value) where T : class;

/// <summary>A new value of a number or a time; null clears.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.value-change`1")]
public sealed record ValueChange<T>([property: Id(0)] T? Value) where T : struct;

/// <summary>Bounds of a device's own heartbeat interval and timeout, in milliseconds.</summary>
public static class HeartbeatBounds
{
    /// <summary>The shortest interval.</summary>
    public const int LeastInterval = 1_000;

    /// <summary>The longest interval: half of the longest timeout.</summary>
    public const int MostInterval = MostTimeout / 2;

    /// <summary>The shortest timeout of one process; a cluster's is <see cref="Cluster.GatewayLease.LeastTimeout"/>.</summary>
    public const int LeastTimeout = 2_000;

    /// <summary>The longest timeout: seven days.</summary>
    public const int MostTimeout = 604_800_000;

    /// <summary>The rule of the two together, to follow "must be".</summary>
    public const string Rule = "at least twice heartbeatInterval, and in a cluster at least 6000; what is null is the installation's";
}
