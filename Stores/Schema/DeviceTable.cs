using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;
using Rollcall.Fleet;
using static Rollcall.Schema.Column<Rollcall.Devices.DeviceRow>;

namespace Rollcall.Schema;

/// <summary>
/// A device's row, as every store has it. Each section is declared here once, with the function that reads it back: columns are read in the order in
/// which they are declared. A section that is added here is written, read and created by all stores.
/// </summary>
internal static class DeviceTable
{
    /// <summary>Whose row it is. Written at creation, and never again.</summary>
    public static readonly Column<DeviceRow>[] Identity =
    [
        Text("device_id", row => row.DeviceId),
        Text("customer_id", row => row.CustomerId),
        Time("registered_at", row => row.Profile.RegisteredAt),
    ];

    /// <summary>What every heartbeat writes. No index may use these columns: such a write stays on its page and costs no index entry.</summary>
    public static readonly Section Signal = new(
        "signal", (_, _) => true,
        Number("revision", row => row.Revision),
        Named<DeviceHealth>("health", row => row.Presence.Health),
        Time("last_seen", row => row.Presence.LastSeen),
        Json("metrics", row => row.Presence.Metrics));

    public static readonly Section Status = new(
        "status", (was, next) => !ReferenceEquals(was.Presence, next.Presence)
            && (was.Presence.Seq, was.Presence.Status, was.Presence.Reason, was.Presence.StatusSince, was.Presence.ExpectedBy, was.Presence.Flaps)
            != (next.Presence.Seq, next.Presence.Status, next.Presence.Reason, next.Presence.StatusSince, next.Presence.ExpectedBy,
                next.Presence.Flaps),
        Named<DeviceStatus>("status", row => row.Presence.Status),
        Named<PresenceReason>("status_reason", row => row.Presence.Reason),
        Time("status_since", row => row.Presence.StatusSince),
        Number("presence_seq", row => row.Presence.Seq),
        Time("expected_by", row => row.Presence.ExpectedBy),
        Text("recent_transitions", row => row.Presence.Flaps.Recent),
        Time("flapping_since", row => row.Presence.Flaps.Since));

    public static readonly Section Sessions = new(
        "sessions", (was, next) => was.Session != next.Session,
        Number("session_epoch", row => row.Session.Epoch),
        Text("session_id", row => row.Session.Id),
        Time("session_opened_at", row => row.Session.OpenedAt),
        Text("next_session_id", row => row.Session.Next?.Id),
        Number("next_session_epoch", row => row.Session.NextEpoch),
        Time("next_session_issued_at", row => row.Session.Next?.IssuedAt));

    public static readonly Section Profile = new(
        "profile", (was, next) => was.Profile != next.Profile,
        Text("search", row => Search(row.DeviceId, row.Profile.Name)) with { IsWriteOnly = true },
        Text("name", row => row.Profile.Name),
        Text("location", row => row.Profile.Location),
        Named<DeviceMode>("mode", row => row.Profile.Mode),
        Number("profile_version", row => row.Profile.Version),
        Text("credential", row => row.Profile.Credential),
        Text("activation", row => row.Profile.Activation),
        Time("activation_expires_at", row => row.Profile.ActivationExpiresAt),
        Flag("activated", row => row.Profile.Activated),
        Text("former_credential", row => row.Profile.Former?.Credential),
        Time("credential_replaced_at", row => row.Profile.Former?.ReplacedAt),
        Time("former_credential_until", row => row.Profile.Former?.GoodUntil),
        Flag("credential_used", row => row.Profile.Former is not { Used: false }),
        Number("heartbeat_interval", row => row.Profile.HeartbeatInterval),
        Number("heartbeat_timeout", row => row.Profile.HeartbeatTimeout),
        Number("heartbeat_timeout_told", row => row.Profile.ToldTimeout),
        Time("mode_since", row => row.Profile.ModeSince),
        Time("mode_until", row => row.Profile.ModeUntil),
        Text("mode_note", row => row.Profile.ModeNote));

    public static readonly Section Commands = new(
        "commands", (was, next) => was.Commands != next.Commands,
        Number("commands_open", row => row.Commands.Open),
        Number("command_number", row => row.Commands.Last));

    /// <summary>In the order in which they are read.</summary>
    public static readonly Section[] Sections = [Signal, Status, Sessions, Profile, Commands];

    /// <summary>All columns that are written at creation.</summary>
    public static readonly Column<DeviceRow>[] All = [.. Identity, .. Sections.SelectMany(section => section.Columns)];

    /// <summary>What <see cref="Read"/> reads, for a SELECT.</summary>
    public static readonly string Columns = string.Join(", ", All.Where(column => !column.IsWriteOnly).Select(column => column.Name));

    /// <summary>The condition of a partial index: the text must be the same.</summary>
    public const string HasWeakSecret = "substr(credential, 1, 12) = 'weak-sha256:'";

    /// <summary>
    /// Something is due later, which only a twin does: an online device's silence, the end of a maintenance or of a flapping, the return of a device
    /// that became active again.
    /// </summary>
    public const string HasDeadline = """
        (status = 'online' OR commands_open > 0 OR mode_until IS NOT NULL OR flapping_since IS NOT NULL
            OR (mode = 'active' AND status_reason IN ('maintenance', 'disabled')))
        """;

    /// <summary>What <c>q</c> of the list searches. Folded here, so that every store finds the same.</summary>
    public static string Search(string deviceId, string? name) => SearchText.Fold($"{deviceId}\n{name}");

    /// <summary>A row of <see cref="Columns"/>.</summary>
    public static DeviceRow Read(RowReader row)
    {
        var (id, customer, registered) = (row.Text(), row.Text(), row.Time());
        var (revision, health, lastSeen, metrics) = (row.Number(), row.NameOrNone<DeviceHealth>(), row.TimeOrNone(), row.JsonOrNone());
        var presence =
            new PresenceState(row.Name<DeviceStatus>(), row.NameOrNone<PresenceReason>(), row.Time(), health, lastSeen, metrics, row.Number())
            {
                ExpectedBy = row.TimeOrNone(),
                Flaps = Flaps.Of(row.TextOrNone(), row.TimeOrNone()),
            };
        var sessions = SessionState.Of(row.Number(), row.TextOrNone(), row.TimeOrNone(), row.TextOrNone(), row.NumberOrNone(), row.TimeOrNone());
        var profile = new Profile(
            row.TextOrNone(), row.TextOrNone(), row.Name<DeviceMode>(), row.Number(), registered,
            row.TextOrNone(), row.TextOrNone(), row.TimeOrNone(), row.Flag())
        {
            Former = (row.TextOrNone(), row.TimeOrNone(), row.TimeOrNone(), row.FlagOrNone()) is ({ } former, { } replaced, { } until, var used)
                ? new FormerSecret(former, replaced, until, used ?? true)
                : null,
            HeartbeatInterval = (int?)row.NumberOrNone(),
            HeartbeatTimeout = (int?)row.NumberOrNone(),
            ToldTimeout = (int?)row.NumberOrNone(),
            ModeSince = row.TimeOrNone(),
            ModeUntil = row.TimeOrNone(),
            ModeNote = row.TextOrNone(),
        };
        return new DeviceRow(id, customer, revision, profile, sessions, presence) { Commands = new CommandState((int)row.Number(), row.Number()) };
    }
}
