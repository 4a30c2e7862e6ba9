using Rollcall.Clocks;
using Rollcall.Feed;

namespace Rollcall.Devices;

/// <summary>A device as its row in the store has it. Immutable; the twin is its only writer.</summary>
/// <param name="Revision">
/// Counts the writes; a write names the revision it was based on, so that two writers cannot both succeed. Begins anywhere.
/// </param>
internal sealed record DeviceRow(
    string DeviceId, string CustomerId, long Revision, Profile Profile, SessionState Session, PresenceState Presence)
{
    /// <summary>What it says of the device's commands.</summary>
    public CommandState Commands { get; init; } = CommandState.None;

    /// <summary>When it was registered, milliseconds since 1970: the same id later is another device.</summary>
    public long Life => Profile.RegisteredAt.ToUnixTimeMilliseconds();

    /// <summary>The row that follows this one.</summary>
    public DeviceRow Next(PresenceState? presence = null, SessionState? session = null, Profile? profile = null) =>
        this with { Revision = Revision + 1, Presence = presence ?? Presence, Session = session ?? Session, Profile = profile ?? Profile };

    public DeviceVersion ToVersion(bool connected, IReadOnlyList<string>? ignored = null) => new(ToDevice(connected, ignored), Life, Revision);

    public Device ToDevice(bool connected, IReadOnlyList<string>? ignored = null) => new(
        DeviceId, CustomerId, Profile.Name, Profile.Location, Profile.Mode, Presence.Status, Presence.Health,
        Presence.Reason, Presence.StatusSince, Presence.LastSeen, connected, Presence.Metrics, Presence.Seq, ignored, Profile.IsWeak);
}

/// <summary>The rarely written part: who the device is and what it joins by.</summary>
/// <param name="Credential">Stored form of the secret (<see cref="Secrets.SecretScheme"/>), null before registration.</param>
/// <param name="Activation">
/// Stored form of the one-time code, or the enrolment key it joined by (<see cref="Fleet.Provisioning.EnrolledBy"/>); null when there is none.
/// </param>
/// <param name="Activated">Its code is used up: the device has authenticated, or brought its secret along, or its owner gave it another.</param>
internal sealed record Profile(
    string? Name, string? Location, DeviceMode Mode, long Version, DateTimeOffset RegisteredAt,
    string? Credential, string? Activation, DateTimeOffset? ActivationExpiresAt, bool Activated)
{
    /// <summary>The secret that the present one has replaced, and which may still be good; null: it was over at once.</summary>
    public FormerSecret? Former { get; init; }

    /// <summary>Its secret's stored form does not last.</summary>
    public bool IsWeak => Credential is { } credential && Secrets.SecretScheme.IsWeak(credential);

    /// <summary>Stored forms of the secrets that are good now.</summary>
    public string[] Credentials(WallTime now) =>
        Credential is null ? [] : Former is { } former && !former.IsOver(now) ? [Credential, former.Credential] : [Credential];

    /// <summary>
    /// Another secret, in the place of the present one. Asked again before the device has used it, as when an answer was lost, the newest
    /// counts, and the one that the device has stays good until the end that it had.
    /// </summary>
    /// <param name="overlap">How long the former one stays good.</param>
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

    /// <summary>A secret was used: a better form of it takes its place. A former one that is over is forgotten.</summary>
    public Profile Using(string credential, string? better, WallTime now)
    {
        var present = credential == Credential;
        var former = Former?.IsOver(now) == true ? null
            : present ? Former?.AfterUse() : Former is { } other && better is not null ? other with { Credential = better } : Former;
        return Activated && better is null && former == Former
            ? this
            : this with { Activated = true, Credential = present ? better ?? credential : Credential, Former = former };
    }

    /// <summary>
    /// Names this version of name, location and mode. Beats do not change it, or If-Match could never succeed; a device created anew has
    /// another.
    /// </summary>
    public string ETag => $"\"{RegisteredAt.ToUnixTimeMilliseconds():x}-{Version}\"";
}

/// <summary>A secret that was replaced and stays good for a while.</summary>
/// <param name="ReplacedAt">When the present one took its place.</param>
/// <param name="Used">The present one has been used since.</param>
internal sealed record FormerSecret(string Credential, DateTimeOffset ReplacedAt, DateTimeOffset GoodUntil, bool Used)
{
    public bool IsOver(WallTime now) => now.IsOver(ReplacedAt, GoodUntil);

    /// <summary>Its end does not come later.</summary>
    public FormerSecret Until(DateTimeOffset end) => end < GoodUntil ? this with { GoodUntil = end } : this;

    public FormerSecret AfterUse() => Used ? this : this with { Used = true };
}

/// <summary>Of the device's commands.</summary>
/// <param name="Open">How many are stored as open: a twin of a device with none reads none.</param>
/// <param name="Last">The number of the newest.</param>
internal sealed record CommandState(int Open, long Last)
{
    public static readonly CommandState None = new(0, 0);
}

/// <summary>What the roll says of the device.</summary>
internal sealed record PresenceState(
    DeviceStatus Status, PresenceReason? Reason, DateTimeOffset StatusSince, DeviceHealth? Health,
    DateTimeOffset? LastSeen, string? Metrics, long Seq)
{
    public bool Online => Status == DeviceStatus.Online;

    public static PresenceState NeverSeen(DateTimeOffset created) => new(DeviceStatus.Offline, null, created, null, null, null, 0);
}
