namespace Rollcall.Portal.Enrolment;

/// <summary>A key to make.</summary>
public sealed record NewKey(string Name, int? MaxDevices, DateTimeOffset? ExpiresAt);

/// <summary>The key made; its text is shown this once.</summary>
public sealed record CreatedKey(string Id, string EnrolmentKey);

/// <summary>All keys, newest first.</summary>
public sealed record KeyList(EnrolmentKey[] EnrolmentKeys);

/// <summary>A key by which many devices join, without its text.</summary>
/// <param name="Devices">Places taken.</param>
public sealed record EnrolmentKey(
    string Id, string Name, int? MaxDevices, int Devices, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    /// <summary>Whether devices can still join by it, in a word and the badge's colour.</summary>
    public (string Word, string Tone) State(DateTimeOffset now) => this switch
    {
        { RevokedAt: not null } => ("Revoked", "idle"),
        _ when ExpiresAt <= now => ("Expired", "idle"),
        _ when Devices >= MaxDevices => ("Used up", "warn"),
        _ => ("Active", "good"),
    };

    /// <summary>How far it is used.</summary>
    public string Usage => (Devices, MaxDevices) switch
    {
        (var devices, { } most) => $"{devices:N0} of {most:N0} devices",
        (1, null) => "1 device",
        (var devices, null) => $"{devices:N0} devices",
    };
}
