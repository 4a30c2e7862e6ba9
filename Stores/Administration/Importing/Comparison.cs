using Rollcall.Devices;
using Rollcall.Secrets;

namespace Rollcall.Administration.Importing;

/// <summary>Compares a row of the file with the existing device.</summary>
internal static class Comparison
{
    /// <returns>The differences, as text and as an amendment; null: none. And whether the secret cannot be compared.</returns>
    public static (Amendment? Amendment, string Words, bool Replaced) Of(ImportRow row, DeviceRow device)
    {
        var profile = device.Profile;
        var name = row.Name is { } given && given.Value != profile.Name ? row.Name : null;
        var location = row.Location is { } place && place.Value != profile.Location ? row.Location : null;
        var secret = Secret(row, profile.Credential);
        var credential = secret == Likeness.Other ? Credential(row) : null;
        var interval = row.HeartbeatInterval is { } every && every.Value != profile.HeartbeatInterval ? row.HeartbeatInterval : null;
        var timeout = row.HeartbeatTimeout is { } silent && silent.Value != profile.HeartbeatTimeout ? row.HeartbeatTimeout : null;
        if (name is null && location is null && credential is null && interval is null && timeout is null)
        {
            return (null, "", secret == Likeness.Unknown);
        }

        string?[] other =
        [
            name is null ? null : "name", location is null ? null : "location", credential is null ? null : "secret",
            interval is null ? null : Field.Interval, timeout is null ? null : Field.Timeout,
        ];
        var words = string.Join(", ", other.Where(word => word is not null));
        return (new Amendment(name, location, credential, interval, timeout), words, secret == Likeness.Unknown);
    }

    /// <summary>Stored form of the row's secret, made at once; null: it has none.</summary>
    public static string? Credential(ImportRow row) =>
        row.Hash is not null ? SecretScheme.OfForeign(row.Hash)
        : row.Secret is null ? null
        : SecretScheme.IsStrong(row.Secret) ? SecretScheme.HashGenerated(row.Secret) : SecretScheme.HashForNow(row.Secret);

    /// <summary>Slow where the stored form is: tenths of a second.</summary>
    private static Likeness Secret(ImportRow row, string? credential)
    {
        if (row is { Secret: null, Hash: null })
        {
            return Likeness.Same;
        }

        if (credential is null)
        {
            return Likeness.Other;
        }

        return row.Hash is not null ? SecretScheme.HoldsForeign(credential, row.Hash)
            : SecretScheme.Holds(credential, row.Secret!) ?? SecretScheme.MatchesSlow(credential, row.Secret!) ? Likeness.Same : Likeness.Other;
    }
}
