using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.Devices;

/// <summary>
/// Wakes again the twins that ended here although something was still to come: a deadline, or a word not stored yet. The timer ends
/// with the activation, and a device that is silent is called by nobody; its durable reminder comes up to two periods later.
/// The call goes where the directory says, to the one twin that counts.
/// </summary>
internal sealed partial class Recall(IGrainFactory grains, TimeProvider clock, ILogger<Recall> log) : BackgroundService
{
    /// <summary>As many as move in one period of the rebalancer. Beyond it the reminders do it.</summary>
    private const int Most = 20_000;
    private const int Width = 32;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly Channel<string> _ended = Channel.CreateBounded<string>(Most);

    /// <summary>The device's twin ends here: it is woken wherever it lives next.</summary>
    public void Wake(string deviceId)
    {
        if (!_ended.Writer.TryWrite(deviceId))
        {
            LogLeft(deviceId);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Width).Select(_ => Task.Run(() => WakeEach(stoppingToken), stoppingToken)));

    private async Task WakeEach(CancellationToken stop)
    {
        await foreach (var id in _ended.Reader.ReadAllAsync(stop))
        {
            while (!await IsAwake(id, stop))
            {
                await Task.Delay(Again, clock, stop);
            }
        }
    }

    private async Task<bool> IsAwake(string deviceId, CancellationToken stop)
    {
        try
        {
            await grains.GetDevice(deviceId).Wake().AsTask().WaitAsync(stop);
            return true;
        }
        catch (Exception failed)
        {
            // Its next silo may have died, or the directory looks for one: whoever is not woken would stay online.
            LogFailed(failed.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Not woken again yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Debug, "{Device} is left to its reminder: too many twins ended at once")]
    private partial void LogLeft(string device);
}
