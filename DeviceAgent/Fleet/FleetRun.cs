using System.Globalization;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Fleet;

/// <summary>Runs the devices of a fleet side by side, from a spread start to the goodbyes.</summary>
/// <param name="devices">One that is asked to restart is replaced.</param>
/// <param name="make">Makes a device anew.</param>
internal sealed class FleetRun(Device[] devices, Func<DeviceKey, Device> make, TimeProvider clock, Log log)
{
    private static readonly TimeSpan SummaryInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(4);
    private const int StartsASecond = 1_000;
    private const int GoodbyesAtOnce = 128;

    public async Task UntilStoppedAsync(CancellationToken stop)
    {
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var stopping = stop.Register(() => abandon.CancelAfter(CallTimeout));
        var summary = SummariseAsync(stop);
        await Task.WhenAll(devices.Select((_, index) => BeginAsync(index, StartAfter(index), stop, abandon.Token)));
        await summary;
        await SayGoodbyesAsync();
    }

    /// <summary>A small fleet starts at once, a large one at 1,000 a second or within 10 s.</summary>
    public TimeSpan StartAfter(int index)
    {
        var spread = TimeSpan.FromSeconds((double)devices.Length / StartsASecond);
        return (spread < LongestSpread ? spread : LongestSpread) * index / devices.Length;
    }

    public string Summary()
    {
        var failing = devices.Where(device => device.Stats.Trouble is not null).ToList();
        var online = devices.Count(device => device.Stats.Online);
        var beats = devices.Sum(device => device.Stats.Accepted);
        var why = failing.Count == 0 ? "" : $" ({failing[0].Stats.Trouble})";
        return string.Create(CultureInfo.InvariantCulture,
            $"fleet of {devices.Length}: {online} online, {failing.Count} failing{why}, {beats} beats");
    }

    private async Task BeginAsync(int index, TimeSpan after, CancellationToken stop, CancellationToken abandon)
    {
        await Task.Delay(after, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await devices[index].RunAsync(stop, abandon);
        while (devices[index].WantsRestart && !stop.IsCancellationRequested)
        {
            devices[index] = make(devices[index].Key);
            await devices[index].RunAsync(stop, abandon);
        }
    }

    private async Task SummariseAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(SummaryInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                log.Info(Summary());
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped: no summary follows the goodbyes.
        }
    }

    private async Task SayGoodbyesAsync()
    {
        var said = 0;
        using var timeout = new CancellationTokenSource(GoodbyeTimeout, clock);
        await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = GoodbyesAtOnce }, async (device, _) =>
        {
            if (!timeout.IsCancellationRequested && await device.SayGoodbyeAsync(timeout.Token))
            {
                Interlocked.Increment(ref said);
            }
        });
        log.Info($"{said} of {devices.Length} devices said goodbye");
    }
}
