using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Rollcall.Devices;
using Rollcall.Fleet;

namespace Rollcall.Secrets;

/// <summary>
/// Hashes weak stored forms of secrets slowly, as an import leaves them: one after the other, in places of the pool that no sign-in needs.
/// Only the silo with the lowest address does it; if two silos think so, both do the work and one result is stored.
/// </summary>
internal sealed partial class SecretHardening(
    IFleetStore store, SecretChecker secrets, IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails self,
    TimeProvider clock, ILogger<SecretHardening> log) : BackgroundService
{
    private const int Page = 100;

    /// <summary>Between two rounds: with nothing to do, an index answers at once.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    /// <summary>When the pool has no free place.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(Period, clock);
        while (await rounds.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (IsFirst() && await RoundAsync(stoppingToken) is > 0 and var hardened)
                {
                    LogHardened(hardened);
                }
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Any failure of a call while the silo stops.
                return;
            }
            catch (Exception failed)
            {
                LogFailed(failed.GetType().Name);
            }
        }
    }

    private bool IsFirst() => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress).Min() is { } first
            && first.Equals(self.SiloAddress);

    private async Task<int> RoundAsync(CancellationToken stop)
    {
        var (after, hardened) = ("", 0);
        while (await store.WeakSecretsAsync(after, Page, stop) is { Count: > 0 } page)
        {
            foreach (var (deviceId, credential) in page)
            {
                // The silo waits for this when it stops, and a page takes long.
                stop.ThrowIfCancellationRequested();
                hardened += await HardenAsync(deviceId, credential, stop) ? 1 : 0;
            }

            after = page[^1].DeviceId;
        }

        return hardened;
    }

    /// <returns>False: its row could not be written; the next round tries again.</returns>
    private async Task<bool> HardenAsync(string deviceId, string credential, CancellationToken stop)
    {
        while (true)
        {
            if (await secrets.Harden(deviceId, credential) is { } slow)
            {
                return await grains.GetGrain<IDeviceTwin>(Keys.Device(deviceId)).HardenSecret(credential, slow) == Refusal.None;
            }

            await Task.Delay(Again, clock, stop);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Weak secrets could not be hashed slowly yet: {Fault}")]
    private partial void LogFailed(string fault);

    [LoggerMessage(LogLevel.Information, "{Count} weak secrets of an import are now hashed slowly")]
    private partial void LogHardened(int count);
}
