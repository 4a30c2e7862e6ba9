using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Rollcall.Fleet;

/// <summary>
/// Wakes every device that the store calls online, when a cluster starts (of one silo, too) and when a silo is gone: its twins
/// died with it, and so, in memory, did their reminders. A durable reminder would do the same, up to two of its periods later.
/// One silo does it, the one with the lowest address.
/// </summary>
internal sealed partial class OnlineDeviceActivator(
    IFleetStore store, IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider clock,
    ILogger<OnlineDeviceActivator> log) : BackgroundService
{
    private const int Page = 2_000;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>Few at a time: the devices come themselves, all of them, and theirs are the calls that somebody waits for.</summary>
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

    [LoggerMessage(LogLevel.Debug, "{Count} devices are online in the store; whose twin was gone, its time runs anew")]
    private partial void LogWoken(int count);
}

/// <summary>Registers the call of the roll.</summary>
public static class OnlineDeviceActivatorHosting
{
    /// <summary>Call after the silo is added, so that it runs when the silo does.</summary>
    public static IServiceCollection WakeOnlineDevices(this IServiceCollection services) => services.AddHostedService<OnlineDeviceActivator>();
}
