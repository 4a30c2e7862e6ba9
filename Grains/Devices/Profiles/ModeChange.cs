using Rollcall.Clocks;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;

namespace Rollcall.Devices.Profiles;

/// <summary>What follows a row when its mode changes. Pure.</summary>
internal static class ModeChange
{
    /// <summary>Whether a note and an end go with a mode: an active device has neither, and only maintenance has an end.</summary>
    public static bool IsAllowed(Profile profile) => profile is { Mode: not DeviceMode.Active } or { ModeNote: null }
        && profile is { Mode: DeviceMode.Maintenance } or { ModeUntil: null };

    /// <summary>The profile with what a patch says of the mode. Another mode starts without note and end.</summary>
    public static Profile Patched(Profile profile, DevicePatch patch, DateTimeOffset now)
    {
        var kept = patch.Mode is null || patch.Mode == profile.Mode;
        return profile with
        {
            Mode = patch.Mode ?? profile.Mode,
            ModeSince = kept ? profile.ModeSince : now,
            ModeNote = patch.ModeNote is { } note ? note.Value : kept ? profile.ModeNote : null,
            ModeUntil = patch.ModeUntil is { } until ? until.Value : kept ? profile.ModeUntil : null,
        };
    }

    /// <summary>The maintenance is over.</summary>
    public static Profile Ended(Profile profile, DateTimeOffset now) =>
        profile with { Mode = DeviceMode.Active, ModeSince = now, ModeNote = null, ModeUntil = null, Version = profile.Version + 1 };

    /// <summary>
    /// The row with this profile. Leaving active ends the sessions and takes the device offline; a device that becomes active again is expected.
    /// </summary>
    public static (DeviceRow Next, Transition? Change) Of(
        DeviceRow row, Profile profile, ClockReading now, SessionRule sessions, DeviceOptions options)
    {
        if (profile.Mode == row.Profile.Mode)
        {
            return (row.Next(profile: profile), null);
        }

        if (profile.Mode == DeviceMode.Active)
        {
            return (row.Next(PresenceRule.Expected(row.Presence, ReasonOf(row.Profile.Mode), now.Wall + ReturnFacet.TimeFor(profile, options)),
                profile: profile), null);
        }

        var ended = PresenceRule.End(row.Presence, ReasonOf(profile.Mode), now);
        return (row.Next(ended.Next, sessions.EndAll(row.Session), profile), ended.Change);
    }

    private static PresenceReason ReasonOf(DeviceMode mode) =>
        mode == DeviceMode.Disabled ? PresenceReason.Disabled : PresenceReason.Maintenance;
}
