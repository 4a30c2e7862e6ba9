namespace Rollcall.DeviceAgent.Beats;

/// <content>How long the device waits before its next step.</content>
internal sealed partial class Device
{
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(5);
    private TaskCompletionSource _woken = new();
    private long _pace;
    private long _own;

    /// <summary>The time between two beats: as the server sets it, before that the device's own setting; shorter when a command set it.</summary>
    public TimeSpan Pace
    {
        get
        {
            var usual = Volatile.Read(ref _pace) is > 0 and var ticks ? TimeSpan.FromTicks(ticks) : interval;
            return Volatile.Read(ref _own) is > 0 and var own && own < usual.Ticks ? TimeSpan.FromTicks(own) : usual;
        }
        private set => Volatile.Write(ref _pace, value.Ticks);
    }

    public void BeatEvery(TimeSpan? interval)
    {
        Volatile.Write(ref _own, interval?.Ticks ?? 0);
        Wake();
    }

    /// <summary>Beats now, not when the pause is over.</summary>
    private void Wake() => Volatile.Read(ref _woken).TrySetResult();

    // From beat to beat, not from answer to beat; but a server that is too slow for the pace gets at least half of it.
    private TimeSpan Remainder(long began, TimeSpan delay)
    {
        var left = delay - clock.GetElapsedTime(began);
        return left > delay / 2 ? left : delay / 2;
    }

    /// <summary>
    /// A device that loses its connection while it has a session beats over REST within some seconds: not all at once, and within the grace.
    /// </summary>
    private async Task WaitAsync(TimeSpan delay, Task? lost, Task woken, CancellationToken stop)
    {
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        var began = clock.GetTimestamp();
        if (_session is null || _progress.Failures > 0)
        {
            await Task.Delay(delay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await (lost is null ? woken : Task.WhenAny(lost, woken)).WaitAsync(delay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (left, soon) = (delay - clock.GetElapsedTime(began), Hurry * random.NextDouble());
        if (left > TimeSpan.Zero && !woken.IsCompleted && !stop.IsCancellationRequested)
        {
            await Task.Delay(left < soon ? left : soon, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan? PaceFrom(double? milliseconds) => milliseconds switch
    {
        > 0 and <= 86_400_000 => TimeSpan.FromMilliseconds(Math.Max(1_000, milliseconds.Value)),
        _ => null,
    };
}
