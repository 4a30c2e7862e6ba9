namespace Rollcall.DeviceAgent.Beats;

/// <summary>How long a device waits before its next step, and what ends the pause early.</summary>
/// <param name="interval">The device's own setting, until the server says another.</param>
/// <param name="own">A shorter one, whatever the server says, until a command sets another; null: none.</param>
internal sealed class BeatPacing(TimeSpan interval, TimeProvider clock, Random random, TimeSpan? own = null)
{
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(5);
    private TaskCompletionSource _woken = new();
    private long _told;
    private long _own = own?.Ticks ?? 0;

    /// <summary>The time between two beats: as the server sets it, before that the device's own setting; shorter when a command set it.</summary>
    public TimeSpan Current
    {
        get
        {
            var usual = Volatile.Read(ref _told) is > 0 and var ticks ? TimeSpan.FromTicks(ticks) : interval;
            return Volatile.Read(ref _own) is > 0 and var shorter && shorter < usual.Ticks ? TimeSpan.FromTicks(shorter) : usual;
        }
    }

    /// <summary>The server says how long to wait between two beats.</summary>
    /// <param name="milliseconds">Null, or nothing that can be kept: it says nothing of use.</param>
    /// <param name="otherwise">What holds then; null: what was said before.</param>
    public void Told(double? milliseconds, TimeSpan? otherwise = null)
    {
        if ((From(milliseconds) ?? otherwise) is { } pace)
        {
            Volatile.Write(ref _told, pace.Ticks);
        }
    }

    /// <summary>A command asks for beats at this pace, or the server's if that is shorter; null: at the server's.</summary>
    public void BeatEvery(TimeSpan? pace)
    {
        Volatile.Write(ref _own, pace?.Ticks ?? 0);
        Wake();
    }

    /// <summary>Beats now, not when the pause is over.</summary>
    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Done when the device is woken from now on: taken before a step, so that no call between it and the pause is lost.</summary>
    public Task Woken()
    {
        var woken = new TaskCompletionSource();
        Volatile.Write(ref _woken, woken);
        return woken.Task;
    }

    /// <summary>What is left of a delay. From beat to beat, not from answer to beat; but a server that is too slow gets at least half.</summary>
    /// <param name="began">Timestamp of the clock.</param>
    public TimeSpan Remainder(long began, TimeSpan delay)
    {
        var left = delay - clock.GetElapsedTime(began);
        return left > delay / 2 ? left : delay / 2;
    }

    /// <summary>Waits for the whole delay.</summary>
    public async Task PauseAsync(TimeSpan delay, CancellationToken stop)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Waits, and no longer than until it is woken. A device that loses its connection while it has a session beats over REST within
    /// some seconds: not all at once, and within the grace.
    /// </summary>
    /// <param name="lost">Done when the connection is lost; null: there is none.</param>
    public async Task PauseAsync(TimeSpan delay, Task? lost, Task woken, CancellationToken stop)
    {
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        var began = clock.GetTimestamp();
        await (lost is null ? woken : Task.WhenAny(lost, woken)).WaitAsync(delay, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (left, soon) = (delay - clock.GetElapsedTime(began), Hurry * random.NextDouble());
        if (left > TimeSpan.Zero && !woken.IsCompleted && !stop.IsCancellationRequested)
        {
            await PauseAsync(left < soon ? left : soon, stop);
        }
    }

    private static TimeSpan? From(double? milliseconds) => milliseconds switch
    {
        > 0 and <= 86_400_000 => TimeSpan.FromMilliseconds(Math.Max(1_000, milliseconds.Value)),
        _ => null,
    };
}
