using System.Globalization;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.Fleet;

/// <summary>The devices of a fleet without a credentials file.</summary>
internal static class FleetDevices
{
    /// <summary><c>PREFIX-00001</c> and so on, with the one DEVICE_SECRET, or each with what it registered for earlier.</summary>
    /// <exception cref="SettingsException">A bad prefix, or nothing to prove an identity with.</exception>
    public static IReadOnlyList<DeviceKey> Of(string prefix, int count, AgentSettings settings, FleetDeviceState state)
    {
        if (!DeviceIds.Fits(Name(prefix, count)))
        {
            throw new SettingsException($"--prefix must make device ids of {DeviceIds.Rule}.");
        }

        if (settings.DeviceSecret is null && settings.Provisioning.EnrolmentKey is null)
        {
            throw new SettingsException("DEVICE_SECRET is missing: set it, or ENROLMENT_KEY, or give --credentials FILE.");
        }

        var known = settings.DeviceSecret is null ? state.FindSecrets() : [];
        // An activation code is one device's.
        var credentials = settings.Provisioning with { ActivationCode = null };
        return [.. Enumerable.Range(1, count)
            .Select(number => Name(prefix, number))
            .Select(id => new DeviceKey(id, settings.DeviceSecret ?? known.GetValueOrDefault(id), credentials))];
    }

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number:D5}");
}
