using Microsoft.Extensions.Logging;
using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>
/// Plays a device's life with a twin of a warm-up while the silo starts, so that the first twins that it takes meet code that has run
/// and connections that are open. Beside the rest of the start; waited for before the silo becomes active, for a while.
/// </summary>
internal sealed partial class SiloWarmUp(TwinServices twins, TimeProvider clock, ILogger<SiloWarmUp> log) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Of the whole. A store that is away has had its patience by then.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private Task _life = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        // The journal's stores are there; the silo is no member yet.
        lifecycle.Subscribe(nameof(SiloWarmUp), ServiceLifecycleStage.RuntimeInitialize + 1, Begin, _ => Task.CompletedTask);
        lifecycle.Subscribe(nameof(SiloWarmUp), ServiceLifecycleStage.BecomeActive - 2, EndAsync, _ => Task.CompletedTask);
    }

    private Task Begin(CancellationToken cancellation)
    {
        if (twins.WarmUp is { } services)
        {
            using (ExecutionContext.SuppressFlow())
            {
                _life = Task.Run(() => LiveAsync(services.Value), CancellationToken.None);
            }
        }

        return Task.CompletedTask;
    }

    private async Task EndAsync(CancellationToken cancellation)
    {
        try
        {
            await _life.WaitAsync(Timeout, clock, cancellation);
        }
        catch (Exception failed) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(failed.GetType().Name);
        }
    }

    private static async Task LiveAsync(TwinServices services)
    {
        var twin = new DeviceTwin(WarmUp.NewDeviceId(), new Nowhere(), services);
        var link = new DeviceConnectionInfo("warm-up", WarmUp.Session, "warm-up");
        await twin.Heartbeat(new Heartbeat(WarmUp.Session, false, DeviceHealth.Healthy, """{"cpu":1}""", "warm-up"));
        await twin.Connect(link);
        await twin.Touch(link);
        await twin.Heartbeat(new Heartbeat(WarmUp.Session, false, DeviceHealth.Healthy, """{"cpu":1}""", "warm-up", link));
        await twin.Disconnect(link.ConnectionId);
        await twin.Turn.Tick();
        await twin.Delete(WarmUp.CustomerId);
    }

    [LoggerMessage(LogLevel.Debug, "The warm-up was broken off: {Fault}")]
    private partial void LogFailed(string fault);

    /// <summary>Its twin lives in no grain.</summary>
    private sealed class Nowhere : ITwinHost
    {
        public void WakeAfter(TimeSpan due)
        {
        }

        public void NeverWake()
        {
        }

        public void EndConnection(DeviceConnectionInfo link, ConnectionEnd why)
        {
        }

        public void Deliver(DeviceConnectionInfo link, IReadOnlyList<Command> commands)
        {
        }

        public void Vouch(DeviceConnectionInfo link)
        {
        }

        public void Ended(CommandWaiter waiter, Command command)
        {
        }

        public Task RegisterReminder() => Task.CompletedTask;

        public Task UnregisterReminder() => Task.CompletedTask;

        public void Leave()
        {
        }
    }
}
