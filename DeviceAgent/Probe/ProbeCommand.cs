using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Probe;

/// <summary><c>probe</c>: says in a second whether a device could work here, and if not, why.</summary>
internal static class ProbeCommand
{
    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var reader = SettingsReader.OfProcess;
        var settings = AgentSettings.Read(reader);
        var report = new ProbeReport(Console.Out, clock);
        var key = Choose(settings, report);
        using var gateway = GatewayClient.Over(settings.ApiUrl);
        report.Say($"Probing {settings.ApiUrl} as {key.DeviceId}; an agent running as this device is logged out by it.");
        return await new ProbeWalk(gateway, key, reader.Text("PORTAL_TOKEN"), report, clock).WalkAsync(stop) ? 0 : 1;
    }

    public static DeviceKey Choose(AgentSettings settings, ProbeReport report)
    {
        if (settings is { DeviceId: { } id, DeviceSecret: { } secret })
        {
            return new DeviceKey(id, secret);
        }

        if (settings.DeviceId is not null || settings.DeviceSecret is not null)
        {
            var missing = settings.DeviceId is null ? "DEVICE_ID" : "DEVICE_SECRET";
            throw new SettingsException($"{missing} is missing: the probe needs DEVICE_ID and DEVICE_SECRET, or neither for the demo device.");
        }

        report.Say("DEVICE_ID and DEVICE_SECRET are not set: using the demo device of an embedded gateway, test-device-001.");
        return new DeviceKey("test-device-001", "test-secret-12345");
    }
}
