using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Run;

/// <summary>Resolves the device's id and secret from the settings and the state folder.</summary>
internal static class IdentityResolver
{
    /// <exception cref="SettingsException">Neither a secret nor provisioning credentials, or a folder that holds another device.</exception>
    public static DeviceKey Resolve(AgentSettings settings, StateFolder state, Func<string> machineId)
    {
        var stored = state.FindIdentity();
        var id = settings.DeviceId ?? stored?.DeviceId ?? machineId();
        var secret = settings.DeviceSecret ?? (stored?.DeviceId == id ? stored.DeviceSecret : null);
        if (secret is null)
        {
            CheckCredentials(settings, id, stored);
        }

        if (stored is null && settings.DeviceId is null)
        {
            // A machine that is renamed later stays the same device.
            state.KeepIdentity(new StoredIdentity(id));
        }

        return new DeviceKey(id, secret, settings.Provisioning);
    }

    private static void CheckCredentials(AgentSettings settings, string id, StoredIdentity? stored)
    {
        if (!settings.Provisioning.Given)
        {
            throw new SettingsException(
                $"DEVICE_SECRET is missing for device {id}: set it, or ENROLMENT_KEY (or ACTIVATION_CODE) to let the device register itself.");
        }

        if (stored?.DeviceSecret is not null && stored.DeviceId != id)
        {
            // Registering would overwrite the only copy of that device's secret.
            throw new SettingsException($"STATE_DIR holds device {stored.DeviceId}: give DEVICE_ID {id} a folder of its own.");
        }
    }
}
