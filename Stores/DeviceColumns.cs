using Rollcall.Roster;

namespace Rollcall;

/// <summary>What every store's <c>devices</c> has, in the order in which rows are read.</summary>
internal static class DeviceColumns
{
    public const string All = """
        device_id, customer_id, revision, name, location, mode, profile_version, registered_at, credential, activation,
        activation_expires_at, activated, session_epoch, session_id, status, status_reason, status_since, health, last_seen,
        metrics, presence_seq, session_opened_at, commands_open, command_number,
        next_session_id, next_session_epoch, next_session_issued_at,
        former_credential, credential_replaced_at, former_credential_until, credential_used
        """;

    /// <summary>Of an index of its own: the words must be the same.</summary>
    public const string HasWeakSecret = "substr(credential, 1, 12) = 'weak-sha256:'";

    /// <summary>What <c>q</c> of the list looks in. Folded here, so that every store finds the same.</summary>
    public static string Search(string deviceId, string? name) => SearchText.Fold($"{deviceId}\n{name}");
}
