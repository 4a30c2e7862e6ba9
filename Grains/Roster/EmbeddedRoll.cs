using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.Roster;

/// <summary>
/// Wakes every device that the store calls online. Reminders in memory died with the last process, so nobody else would
/// ever notice that such a device has gone silent meanwhile.
/// </summary>
internal sealed partial class EmbeddedRoll(IRosterStore store, IGrainFactory grains, TimeProvider clock, ILogger<EmbeddedRoll> log) : BackgroundService
{
    private const int Page = 2_000;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly ParallelOptions Width = new() { MaxDegreeOfParallelism = 200 };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var after = "";
        var woken = 0;
        IReadOnlyList<string> ids;
        do
        {
            ids = await Surely(() => store.OnlineAsync(after, Page, stoppingToken), stoppingToken);
            await Parallel.ForEachAsync(ids, Width, async (id, _) => await Surely(() => Wake(id), stoppingToken));
            woken += ids.Count;
            after = ids.Count > 0 ? ids[^1] : after;
        }
        while (ids.Count == Page);
        LogWoken(woken);
    }

    private async Task<bool> Wake(string deviceId)
    {
        await grains.GetDevice(deviceId).Wake();
        return true;
    }

    /// <summary>A device that is not woken would stay online for ever, so an outage at the start is sat out.</summary>
    private async Task<T> Surely<T>(Func<Task<T>> call, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception failed) when (!stop.IsCancellationRequested)
            {
                LogFailed(failed.GetType().Name);
                await Task.Delay(Again, clock, stop);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "Not woken yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Debug, "{Count} devices were online when the last process ended; their time runs anew")]
    private partial void LogWoken(int count);
}

/// <summary>Registers what only a silo without durable reminders needs.</summary>
public static class EmbeddedRollHosting
{
    /// <summary>Call after the silo is added, so that it runs when the silo does.</summary>
    public static IServiceCollection WakeOnlineDevices(this IServiceCollection services) => services.AddHostedService<EmbeddedRoll>();
}
