using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.Devices;

/// <summary>
/// Wakes twins that were deactivated here although something was due later: a deadline, or a signal that is not stored yet. The timer ends
/// with the activation, and nobody calls a device that sends nothing; its durable reminder comes up to two periods later. The call goes
/// to the activation that the directory names.
/// </summary>
internal sealed partial class Recall(IGrainFactory grains, TimeProvider clock, ILogger<Recall> log) : BackgroundService
{
    /// <summary>As many as move in one period of the rebalancer. Beyond that, the reminders wake them.</summary>
    private const int Most = 20_000;
    private const int Width = 32;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private readonly Channel<string> _ended = Channel.CreateBounded<string>(Most);

    /// <summary>The device's twin was deactivated here: it is woken on whatever silo it is placed next.</summary>
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
            // The next silo may have failed, or none is chosen yet. A device that is not woken would stay online.
            LogFailed(failed.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "A twin could not be woken again yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Debug, "{Device} is left to its reminder: too many twins were deactivated at once")]
    private partial void LogLeft(string device);
}
