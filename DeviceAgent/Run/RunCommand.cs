using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Connection;
using Rollcall.DeviceAgent.Health;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Run;

/// <summary><c>run</c>: this machine as one device, until it is stopped.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync()
    {
        var settings = AgentSettings.Read(SettingsReader.OfProcess);
        var log = Log.OfProcess(settings.LogLevel);
        using var shutdown = new ShutdownSignal();
        if (settings.ExitOnStdinClose)
        {
            ParentWatch.Begin();
        }

        if (settings.StateDirectory is null)
        {
            log.Warn("STATE_DIR is not set and this user has no folder for application data: nothing is kept over a restart.");
        }

        using var place = settings.StateShared ? SharedPlace.Take(settings.StateDirectory, settings.DeviceId) : null;
        Exposure.Say(settings.StateDirectory, log);
        Exposure.Say(place?.Folder, log);
        while (await RunDeviceAsync(settings, place, log, shutdown.Stop))
        {
            log.Info("restarts, as a command asked");
        }

        return 0;
    }

    /// <returns>True: the device is to be started anew.</returns>
    private static async Task<bool> RunDeviceAsync(AgentSettings settings, SharedPlace? place, Log log, CancellationToken stop)
    {
        var clock = TimeProvider.System;
        var folder = place?.Folder ?? settings.StateDirectory;
        var state = new StateFolder(folder, log);
        var key = IdentityResolver.Resolve(
            place is null ? settings : settings with { DeviceId = null }, state, place is null ? Machine.DefaultDeviceId : () => place.DeviceId);
        using var gateway = GatewayClient.Over(settings.ApiUrl);
        var deviceLog = new DeviceLog(key.DeviceId, log, quiet: false);
        using var dialer = settings.WebSocket ? WebSocketDialer.Of(settings) : null;
        using var journal = CommandJournal.In(folder, "commands.jsonl", log);
        var mock = settings.MockMode is true;
        var commands =
            new CommandLoop(key.DeviceId, CommandSet.Of(settings, mock, folder, clock), journal, settings.Backoff, deviceLog, clock, Random.Shared);
        var device = new Device(
            key,
            gateway,
            state,
            mock ? new RandomWalk(key.DeviceId, clock) : MachineMetrics.OfThisMachine(clock),
            new BeatPolicy(settings.Backoff, Random.Shared),
            deviceLog,
            settings.HeartbeatInterval,
            clock,
            Random.Shared,
            dialer is not null ? new LiveConnection(dialer, new ConnectionPolicy(settings.Backoff, Random.Shared), deviceLog, clock,
                commands.Offer) : null,
            commands);

        log.Info($"{key.DeviceId} reports to {settings.ApiUrl}");
        var port = settings.HealthPort ?? 3002;
        using var health = port == 0 ? null : HealthEndpoint.Open(settings.HealthHost, port, new AgentHealth([device], clock).Now, clock, log);
        await UntilStoppedAsync(device, clock, stop);
        return device.WantsRestart && !stop.IsCancellationRequested;
    }

    /// <summary>
    /// Runs the device, then sends its goodbye. A pending call gets the first half of the timeout: a beat after the goodbye would undo it.
    /// </summary>
    public static async Task UntilStoppedAsync(Device device, TimeProvider clock, CancellationToken stop)
    {
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var goodbye = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var stopping = stop.Register(() =>
        {
            abandon.CancelAfter(GoodbyeTimeout / 2);
            goodbye.CancelAfter(GoodbyeTimeout);
        });
        await device.RunAsync(stop, abandon.Token);
        if (stop.IsCancellationRequested)
        {
            await device.SayGoodbyeAsync(goodbye.Token);
        }
    }
}
