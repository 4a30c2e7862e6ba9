using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// The store as twins of a warm-up see it: every read and write is a real one, of a row that is not there, so it leaves nothing; and
/// whatever becomes of it, the twin finds its row and is told that its word is stored. A store that failed once is not asked again: a start
/// waits for it no longer than once.
/// </summary>
internal sealed class WarmUpStore(IDeviceStore store, TimeSpan patience, TimeProvider clock) : IDeviceStore
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

    /// <summary>Online, so that a beat is what it is to most twins, and nobody needs a reminder.</summary>
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
            await attempt().WaitAsync(patience, clock, cancellation);
        }
        catch (Exception)
        {
            // The first real record finds it out, and says so.
            _failed = true;
        }
    }
}
