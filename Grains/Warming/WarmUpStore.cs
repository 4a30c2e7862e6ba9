using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Devices.Sessions;
using Rollcall.Journal;

namespace Rollcall.Warming;

/// <summary>
/// The store that twins of a warm-up see. Every read and write is a real one, of a row that does not exist, so it leaves no trace. Whatever
/// the result is, the twin finds its row and its changes count as stored. A store that has failed is not asked again: a start waits for it
/// only once.
/// </summary>
internal sealed class WarmUpStore(IDeviceStore store, TimeSpan timeout, TimeProvider clock) : IDeviceStore
{
    private volatile bool _failed;

    public async Task<bool[]> WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        await TryAsync(() => store.WriteAsync(changes, cancellation), cancellation);
        return [.. changes.Select(_ => true)];
    }

    public async Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation)
    {
        await TryAsync(() => store.ReadAsync(deviceIds, cancellation), cancellation);
        return [.. deviceIds.Select(Row)];
    }

    public Task ProbeAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Online, so that a heartbeat takes the usual path, and no reminder is needed.</summary>
    private DeviceRow Row(string deviceId)
    {
        var now = ClockReading.WallNow(clock);
        return new DeviceRow(
            deviceId, WarmUp.CustomerId, 0,
            new Profile(null, null, DeviceMode.Active, 1, now, null, null, null, Activated: true),
            new SessionState(WarmUp.Session.Epoch, WarmUp.Session.Id, now),
            PresenceState.NeverSeen(now) with { Status = DeviceStatus.Online, Reason = PresenceReason.Heartbeat });
    }

    private async Task TryAsync(Func<Task> attempt, CancellationToken cancellation)
    {
        if (_failed)
        {
            return;
        }

        try
        {
            await attempt().WaitAsync(timeout, clock, cancellation);
        }
        catch (Exception)
        {
            // The first real change meets the same failure and reports it.
            _failed = true;
        }
    }
}
