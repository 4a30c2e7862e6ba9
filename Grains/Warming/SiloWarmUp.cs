using Microsoft.Extensions.Logging;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Devices.Turn;

namespace Rollcall.Warming;

/// <summary>
/// Runs a device's whole life with a warm-up twin while the silo starts, so that the first real twins meet code that has run and
/// connections that are open. Runs beside the rest of the start, which waits for it, up to a timeout, before the silo becomes active.
/// </summary>
internal sealed partial class SiloWarmUp(TwinServices twins, TimeProvider clock, ILoggerFactory logs) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>For the whole warm-up. A store that is away has timed out by then.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly ILogger _log = logs.CreateLogger("Rollcall.Devices.SiloWarmUp");
    private Task _warmUp = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        // The journal's stores are ready; the silo is not a member yet.
        lifecycle.Subscribe(nameof(SiloWarmUp), ServiceLifecycleStage.RuntimeInitialize + 1, Begin, _ => Task.CompletedTask);
        lifecycle.Subscribe(nameof(SiloWarmUp), ServiceLifecycleStage.BecomeActive - 2, EndAsync, _ => Task.CompletedTask);
    }

    private Task Begin(CancellationToken cancellation)
    {
        if (twins.WarmUp is { } services)
        {
            using (ExecutionContext.SuppressFlow())
            {
                _warmUp = Task.Run(() => RunAsync(services.Value), CancellationToken.None);
            }
        }

        return Task.CompletedTask;
    }

    private async Task EndAsync(CancellationToken cancellation)
    {
        try
        {
            await _warmUp.WaitAsync(Timeout, clock, cancellation);
        }
        catch (Exception failed) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(failed.GetType().Name);
        }
    }

    private static async Task RunAsync(TwinServices services)
    {
        var twin = new DeviceTwin(WarmUp.NewDeviceId(), new Nowhere(), services);
        var connection = new DeviceConnectionInfo("warm-up", WarmUp.Session, "warm-up");
        await twin.Heartbeat(new Heartbeat(WarmUp.Session, false, DeviceHealth.Healthy, """{"cpu":1}""", "warm-up"));
        await twin.Connect(connection);
        await twin.Touch(connection);
        await twin.Heartbeat(new Heartbeat(WarmUp.Session, false, DeviceHealth.Healthy, """{"cpu":1}""", "warm-up", connection));
        await twin.Disconnect(connection.ConnectionId);
        await twin.Turn.Tick();
        await twin.Delete(WarmUp.CustomerId);
    }

    [LoggerMessage(LogLevel.Debug, "The warm-up did not finish: {Fault}")]
    private partial void LogFailed(string fault);

    /// <summary>The host of a twin without a grain.</summary>
    private sealed class Nowhere : ITwinHost
    {
        public void WakeAfter(TimeSpan due)
        {
        }

        public void NeverWake()
        {
        }

        public void EndConnection(DeviceConnectionInfo connection, ConnectionEnd why)
        {
        }

        public void Deliver(DeviceConnectionInfo connection, IReadOnlyList<Command> commands)
        {
        }

        public void Vouch(DeviceConnectionInfo connection)
        {
        }

        public void Ended(CommandWaiter waiter, Command command)
        {
        }

        public Task RegisterReminder(ReminderPlan plan) => Task.CompletedTask;

        public Task UnregisterReminder() => Task.CompletedTask;

        public void Leave()
        {
        }
    }
}
