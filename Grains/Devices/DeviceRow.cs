using Rollcall.Clocks;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;
using Rollcall.Feed;

namespace Rollcall.Devices;

/// <summary>A device as it is stored: one row. Immutable; only the twin writes it.</summary>
/// <param name="Revision">
/// Counts the writes. A write names the revision it is based on, so two writers cannot both succeed. Starts at any number.
/// </param>
internal sealed record DeviceRow(
    string DeviceId, string CustomerId, long Revision, Profile Profile, SessionState Session, PresenceState Presence)
{
    /// <summary>Counters of the device's commands.</summary>
    public CommandState Commands { get; init; } = CommandState.None;

    /// <summary>What is said of it in one word.</summary>
    public DeviceState State => DeviceStates.Of(Profile.Mode, Presence.Seq, Presence.Status, Presence.Health, Presence.Reason);

    /// <summary>When it was registered, milliseconds since 1970: the same id later is another device.</summary>
    public long Life => Profile.RegisteredAt.ToUnixTimeMilliseconds();

    /// <summary>The same device, new, with heartbeat times of its own; null: the installation's.</summary>
    public DeviceRow WithTimes(int? interval, int? timeout) =>
        this with { Profile = Profile with { HeartbeatInterval = interval, HeartbeatTimeout = timeout } };

    /// <summary>The row that follows this one.</summary>
    public DeviceRow Next(PresenceState? presence = null, SessionState? session = null, Profile? profile = null) =>
        this with { Revision = Revision + 1, Presence = presence ?? Presence, Session = session ?? Session, Profile = profile ?? Profile };

    public DeviceVersion ToVersion(bool connected, IReadOnlyList<string>? ignored = null) => new(ToDevice(connected, ignored), Life, Revision);

    public Device ToDevice(bool connected, IReadOnlyList<string>? ignored = null) => new(
        DeviceId, CustomerId, Profile.Name, Profile.Location, Profile.Mode, Presence.Status, Presence.Health,
        Presence.Reason, Presence.StatusSince, Presence.LastSeen, connected, Presence.Metrics, Presence.Seq, ignored, Profile.IsWeak,
        Profile.HeartbeatInterval, Profile.HeartbeatTimeout, Profile.ModeSince,
        Profile.Mode == DeviceMode.Active ? null : Profile.ModeNote, Profile.Mode == DeviceMode.Maintenance ? Profile.ModeUntil : null,
        Presence.Flaps.Shown);
}

/// <summary>The rarely written part: who the device is and how it is provisioned.</summary>
/// <param name="Credential">Stored form of the secret (<see cref="Secrets.SecretScheme"/>), null before registration.</param>
/// <param name="Activation">
/// Stored form of the one-time code, or the enrolment key it was provisioned with (<see cref="Fleet.Provisioning.EnrolledBy"/>); null: none.
/// </param>
/// <param name="Activated">
/// The code is used up: the device has authenticated, was created with a secret of its own, or its owner has replaced the secret.
/// </param>
internal sealed record Profile(
    string? Name, string? Location, DeviceMode Mode, long Version, DateTimeOffset RegisteredAt,
    string? Credential, string? Activation, DateTimeOffset? ActivationExpiresAt, bool Activated)
{
    /// <summary>The secret before the present one, which may still be valid; null: there is none.</summary>
    public FormerSecret? Former { get; init; }

    /// <summary>Milliseconds between heartbeats; null: the installation's.</summary>
    public int? HeartbeatInterval { get; init; }

    /// <summary>Milliseconds of silence after which the device is offline; null: the installation's.</summary>
    public int? HeartbeatTimeout { get; init; }

    /// <summary>
    /// Milliseconds: a longer timeout that the device was told before the present one. It holds until the answer to a heartbeat has told it
    /// the present one. Null: it knows that.
    /// </summary>
    public int? ToldTimeout { get; init; }

    /// <summary>Since when it has its mode; null: since it was registered, or a silo of a former version has set it.</summary>
    public DateTimeOffset? ModeSince { get; init; }

    /// <summary>Why it has its mode, in its owner's words.</summary>
    public string? ModeNote { get; init; }

    /// <summary>When its maintenance ends by itself; null: by its owner alone.</summary>
    public DateTimeOffset? ModeUntil { get; init; }

    /// <summary>The stored form of the secret is weak and has to be replaced.</summary>
    public bool IsWeak => Credential is { } credential && Secrets.SecretScheme.IsWeak(credential);

    /// <summary>Stored forms of the secrets that are valid now.</summary>
    public string[] Credentials(WallTime now) =>
        Credential is null ? [] : Former is { } former && !former.IsOver(now) ? [Credential, former.Credential] : [Credential];

    /// <summary>
    /// Another secret, in the place of the present one. Asked again before the device has used it, as when an answer was lost, the newest
    /// counts, and the secret that the device has stays valid until the end it already had.
    /// </summary>
    /// <param name="overlap">How long the former secret stays valid.</param>
    public Profile WithSecret(string credential, TimeSpan overlap, WallTime now) => this with
    {
        Credential = credential,
        Activation = null,
        ActivationExpiresAt = null,
        Activated = true,
        Former = overlap <= TimeSpan.Zero || Credential is null ? null
            : Former is { Used: false } running && !running.IsOver(now) ? running.Until(now.Now + overlap)
            : new FormerSecret(Credential, now, now.Now + overlap, Used: false),
    };

    /// <summary>A secret was used: a better form of it takes its place. A former one that is over is dropped.</summary>
    public Profile Using(string credential, string? better, WallTime now)
    {
        var present = credential == Credential;
        var former = Former?.IsOver(now) == true ? null
            : present ? Former?.AfterUse() : Former is { } other && better is not null ? other with { Credential = better } : Former;
        return Activated && better is null && former == Former
            ? this
            : this with { Activated = true, Credential = present ? better ?? credential : Credential, Former = former };
    }

    /// <summary>The other's heartbeat times are the same.</summary>
    public bool HasTimesOf(Profile other) => (HeartbeatInterval, HeartbeatTimeout) == (other.HeartbeatInterval, other.HeartbeatTimeout);

    /// <summary>
    /// Other heartbeat times. A device that is online keeps to the interval it knows until its next heartbeat, so a shorter timeout does not
    /// hold before: a change of the times takes nobody offline.
    /// </summary>
    public Profile WithTimes(int? interval, int? timeout, bool online, DeviceOptions options)
    {
        var next = this with { HeartbeatInterval = interval, HeartbeatTimeout = timeout, ToldTimeout = null };
        if (HasTimesOf(next))
        {
            return this;
        }

        var former = options.PresenceOf(this).Timeout;
        return online && former > Cadence.Of(next, options).Timeout ? next with { ToldTimeout = (int)former.TotalMilliseconds } : next;
    }

    /// <summary>
    /// Names this version of what the owner sets. Heartbeats do not change it, or If-Match could never succeed. A device created again
    /// under the same id has another.
    /// </summary>
    public string ETag => $"\"{RegisteredAt.ToUnixTimeMilliseconds():x}-{Version}\"";
}

/// <summary>A secret that was replaced and stays valid for a while.</summary>
/// <param name="ReplacedAt">When the present one took its place.</param>
/// <param name="Used">The present one has been used since.</param>
internal sealed record FormerSecret(string Credential, DateTimeOffset ReplacedAt, DateTimeOffset GoodUntil, bool Used)
{
    public bool IsOver(WallTime now) => now.IsOver(ReplacedAt, GoodUntil);

    /// <summary>Shortens the overlap; never extends it.</summary>
    public FormerSecret Until(DateTimeOffset end) => end < GoodUntil ? this with { GoodUntil = end } : this;

    public FormerSecret AfterUse() => Used ? this : this with { Used = true };
}

/// <summary>Of the device's commands.</summary>
/// <param name="Open">How many are stored as open. With none, the twin reads none.</param>
/// <param name="Last">The number of the newest.</param>
internal sealed record CommandState(int Open, long Last)
{
    public static readonly CommandState None = new(0, 0);
}

/// <summary>Whether the device is online, why, and what it last reported.</summary>
internal sealed record PresenceState(
    DeviceStatus Status, PresenceReason? Reason, DateTimeOffset StatusSince, DeviceHealth? Health,
    DateTimeOffset? LastSeen, string? Metrics, long Seq)
{
    /// <summary>By when a device that became active again has to be heard; null: nobody waits for it.</summary>
    public DateTimeOffset? ExpectedBy { get; init; }

    /// <summary>How often it has come and gone.</summary>
    public Flaps Flaps { get; init; } = Flaps.None;

    public bool Online => Status == DeviceStatus.Online;

    /// <summary>It became active again and was not heard since.</summary>
    public bool IsAwaited(DeviceMode mode) => mode == DeviceMode.Active && Seq > 0
        && this is { Online: false, Reason: PresenceReason.Maintenance or PresenceReason.Disabled };

    public static PresenceState NeverSeen(DateTimeOffset created) => new(DeviceStatus.Offline, null, created, null, null, null, 0);
}
