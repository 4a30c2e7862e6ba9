using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Rollcall.DeviceApi;

namespace Rollcall.Cluster;

/// <summary>
/// Renews this gateway's lease at every silo, twice a second, or marks the gateway as suspect while it does not reach them all.
/// While the lease is not renewed, or the gateway is suspect, silos do not take devices that were last seen through it offline.
/// One call a silo is under way at a time.
/// </summary>
internal sealed partial class GatewayHeartbeat(
    IGrainFactory grains, Incarnation gateway, IOptions<GatewayOptions> client, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Cluster.GatewayPulse");

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WarningPeriod = TimeSpan.FromSeconds(30);
    private readonly Dictionary<SiloAddress, Task<CallResult>> _renewals = [];
    private readonly SiloReachability _reachability = new(clock, client.Value.GatewayListRefreshPeriod + Timeout);
    private Task<SiloAddress[]?> _members = Task.FromResult<SiloAddress[]?>(null);
    private long _warnedAt = clock.GetTimestamp();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_renewals.Keys.Select(silo => TryCallAsync(() => grains.GetSilo(silo).Release(gateway.Id))));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var period = new PeriodicTimer(GatewayLease.Period, clock);
        do
        {
            // Asked beside the renewals: the call may go through the very silo that does not answer.
            if (_members.IsCompleted)
            {
                UpdateMembers(await _members);
                _members = ActiveSilosAsync();
            }

            await RenewAll();
            WarnWhenUnanswered();
        }
        while (await period.WaitForNextTickAsync(stoppingToken));
    }

    private enum CallResult { Answered, Failed, TimedOut }

    private async Task<SiloAddress[]?> ActiveSilosAsync()
    {
        SiloAddress[]? members = null;
        await TryCallAsync(async () => members = await grains.GetSilos().Active());
        return members;
    }

    private void UpdateMembers(SiloAddress[]? members)
    {
        foreach (var gone in members is null ? [] : _renewals.Keys.Except(members).ToArray())
        {
            _renewals.Remove(gone);
            _reachability.Left(gone);
        }

        foreach (var silo in members ?? [])
        {
            _renewals.TryAdd(silo, Task.FromResult(CallResult.TimedOut));
        }
    }

    private async ValueTask RenewAll()
    {
        var free = _renewals.Where(one => one.Value.IsCompleted).ToArray();
        foreach (var (silo, renewal) in free)
        {
            if (await renewal != CallResult.TimedOut)
            {
                _reachability.Answered(silo);
            }
        }

        var reachesAll = _reachability.ReachesAll;
        foreach (var (silo, _) in free)
        {
            _reachability.Asked(silo);
            _renewals[silo] = TryCallAsync(() => reachesAll ? grains.GetSilo(silo).Renew(gateway.Id) : grains.GetSilo(silo).Suspect(gateway.Id));
        }
    }

    private void WarnWhenUnanswered()
    {
        if (_reachability.Unanswered > WarningPeriod && clock.GetElapsedTime(_warnedAt) > WarningPeriod)
        {
            _warnedAt = clock.GetTimestamp();
            LogUnanswered(_reachability.Unanswered.TotalSeconds);
        }
    }

    private async Task<CallResult> TryCallAsync(Func<ValueTask> call)
    {
        try
        {
            await call().AsTask().WaitAsync(Timeout, clock);
            return CallResult.Answered;
        }
        catch (Exception lost)
        {
            LogLost(lost.GetType().Name);
            return lost is TimeoutException ? CallResult.TimedOut : CallResult.Failed;
        }
    }

    [LoggerMessage(LogLevel.Debug, "A silo did not renew this gateway's lease: {Fault}")]
    private partial void LogLost(string fault);

    [LoggerMessage(
        LogLevel.Warning,
        "A silo of the cluster has not answered this gateway for {Seconds:0} s; until it does, no device last seen here is taken offline")]
    private partial void LogUnanswered(double seconds);
}
