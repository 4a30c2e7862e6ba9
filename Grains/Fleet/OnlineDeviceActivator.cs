using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Rollcall.Fleet;

/// <summary>
/// Activates the twin of every device that is stored as online, when a cluster starts (also one of a single silo) and when a silo is lost:
/// its twins are gone, and reminders in memory with them. A durable reminder would do the same up to two of its periods later. Only the
/// silo with the lowest address does it.
/// </summary>
internal sealed partial class OnlineDeviceActivator(
    IFleetStore store, IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider clock,
    ILoggerFactory logs) : BackgroundService
{
    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Roster.RollCall");

    private const int Page = 2_000;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>Few at a time: the devices reconnect by themselves, and somebody waits for those calls.</summary>
    private static readonly ParallelOptions Width = new() { MaxDegreeOfParallelism = 32 };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HashSet<SiloAddress>? known = null;
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var active = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).ToHashSet();
            if (!active.Contains(self.SiloAddress))
            {
                continue;
            }

            if (active.Min()!.Equals(self.SiloAddress) && (known is null || !active.IsSupersetOf(known)))
            {
                await WakeAll(stoppingToken);
            }

            known = active;
        }
    }

    private async Task WakeAll(CancellationToken stoppingToken)
    {
        var after = "";
        var woken = 0;
        IReadOnlyList<string> ids;
        do
        {
            ids = await RetryAsync(() => store.OnlineAsync(after, Page, stoppingToken), stoppingToken);
            await Parallel.ForEachAsync(ids, Width, async (id, _) => await RetryAsync(() => Wake(id), stoppingToken));
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

    /// <summary>Retries until it succeeds: a device that is not activated would stay online for ever.</summary>
    private async Task<T> RetryAsync<T>(Func<Task<T>> call, CancellationToken stop)
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

    [LoggerMessage(LogLevel.Debug, "Online devices could not be activated yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Debug, "{Count} devices are stored as online; where the twin was gone, the timeout starts again")]
    private partial void LogWoken(int count);
}

/// <summary>Registers <see cref="OnlineDeviceActivator"/>.</summary>
public static class OnlineDeviceActivatorHosting
{
    /// <summary>Call after the silo is added, so that it runs when the silo does.</summary>
    public static IServiceCollection WakeOnlineDevices(this IServiceCollection services) => services.AddHostedService<OnlineDeviceActivator>();
}
