using Rollcall.Feed;

namespace Rollcall.Devices;

/// <summary>A device as its row in the store has it. Immutable; the twin is its only writer.</summary>
/// <param name="Revision">Counts the writes; a write names the revision it was based on, so that two writers cannot both succeed. Begins anywhere.</param>
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
        Presence.Reason, Presence.StatusSince, Presence.LastSeen, connected, Presence.Metrics, Presence.Seq, ignored);
}

/// <summary>The rarely written part: who the device is and what it joins by.</summary>
/// <param name="Credential">Stored form of the secret (<see cref="Secrets.SecretScheme"/>), null before registration.</param>
/// <param name="Activation">Stored form of the one-time code, or the enrolment key it joined by (<see cref="Roster.Joining.ByKey"/>); null when there is none.</param>
/// <param name="Activated">The device has authenticated: its code is used up.</param>
internal sealed record Profile(
    string? Name, string? Location, DeviceMode Mode, long Version, DateTimeOffset RegisteredAt,
    string? Credential, string? Activation, DateTimeOffset? ActivationExpiresAt, bool Activated)
{
    /// <summary>Names this version of name, location and mode. Beats do not change it, or If-Match could never succeed; a device created anew has another.</summary>
    public string ETag => $"\"{RegisteredAt.ToUnixTimeMilliseconds():x}-{Version}\"";
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
