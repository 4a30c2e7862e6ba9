using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Health;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.Run;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Fleet;

/// <summary><c>fleet</c>: many devices in one process, over one pool of connections.</summary>
internal static class FleetCommand
{
    private const int MostDevices = 100_000;

    public static async Task<int> RunAsync(int count, string? credentials, string prefix, bool sockets)
    {
        if (count is < 1 or > MostDevices)
        {
            throw new SettingsException($"--count must be from 1 to {MostDevices}, not {count}.");
        }

        var clock = TimeProvider.System;
        var settings = AgentSettings.Read(SettingsReader.OfProcess);
        var log = Log.OfProcess(settings.LogLevel);
        using var shutdown = new ShutdownSignal();
        if (settings.ExitOnStdinClose)
        {
            ParentWatch.Begin();
        }

        Exposure.Say(settings.StateDirectory, log);
        Exposure.SayOfFile(credentials, log);
        var state = new FleetDeviceState(settings.StateDirectory, log);
        var keys = credentials is null
            ? FleetDevices.Of(prefix, count, settings, state)
            : FleetCredentials.Read(credentials, count);
        using var gateway = GatewayClient.Over(settings.ApiUrl);
        var policy = new BeatPolicy(settings.Backoff, Random.Shared);
        var machine = settings.MockMode is false ? MachineMetrics.OfThisMachine(clock) : null;
        using var dialer = sockets ? WebSocketDialer.Of(settings) : null;
        var connectionPolicy = new ConnectionPolicy(settings.Backoff, Random.Shared);
        using var journal = CommandJournal.In(settings.StateDirectory, "fleet-commands.jsonl", log);
        var set = CommandSet.Of(settings, settings.MockMode is not false, settings.StateDirectory, clock);
        Device[] devices = [.. keys.Select(Make)];

        log.Info($"{devices.Length} devices, {devices[0].Id} to {devices[^1].Id}, report to {settings.ApiUrl}");
        using var health = settings.HealthPort is > 0 and var port
            ? HealthEndpoint.Open(settings.HealthHost, port, new AgentHealth(devices, clock).Now, clock, log)
            : null;
        await new FleetRun(devices, Make, clock, log).UntilStoppedAsync(shutdown.Stop);
        return 0;

        Device Make(DeviceKey key)
        {
            var deviceLog = new DeviceLog(key.DeviceId, log, quiet: true);
            var commands = new CommandLoop(key.DeviceId, set, journal, settings.Backoff, deviceLog, clock, Random.Shared);
            return new Device(
                key,
                gateway,
                state,
                machine ?? (IMetricSource)new RandomWalk(key.DeviceId, clock),
                policy,
                deviceLog,
                settings.HeartbeatInterval,
                clock,
                Random.Shared,
                dialer is null ? null : new LiveConnection(dialer, connectionPolicy, deviceLog, clock, commands.Offer),
                commands);
        }
    }
}
