using Rollcall.Clocks;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;

namespace Rollcall.Devices.Profiles;

/// <summary>What follows a row when an import changes it; also where no twin runs.</summary>
internal static class Amending
{
    public static (DeviceRow Next, Transition? Change) Of(
        DeviceRow row, Amendment amendment, ClockReading now, WallTime wall, SessionRule sessions, DeviceOptions options)
    {
        var profile = row.Profile with
        {
            Name = amendment.Name is { } name ? name.Value : row.Profile.Name,
            Location = amendment.Location is { } location ? location.Value : row.Profile.Location,
        };
        profile = profile.WithTimes(
            amendment.HeartbeatInterval is { } interval ? interval.Value : profile.HeartbeatInterval,
            amendment.HeartbeatTimeout is { } timeout ? timeout.Value : profile.HeartbeatTimeout,
            row.Presence.Online, options);
        if (profile != row.Profile)
        {
            profile = profile with { Version = profile.Version + 1 };
        }

        if (amendment.Credential is not { } credential)
        {
            return (row.Next(profile: profile), null);
        }

        var ended = PresenceRule.End(row.Presence, PresenceReason.Revoked, now);
        return (row.Next(ended.Next, sessions.EndAll(row.Session), profile.WithSecret(credential, TimeSpan.Zero, wall)), ended.Change);
    }
}
