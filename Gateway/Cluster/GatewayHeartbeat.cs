using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Rollcall.Devices;

namespace Rollcall.Cluster;

/// <summary>
/// Says to every silo, twice a second, that this gateway is there, and whether it reaches them all: when it falls silent, or
/// while it does not, devices last heard through it are not taken for silent. One call a silo is under way at a time.
/// </summary>
internal sealed partial class GatewayHeartbeat(
    IGrainFactory grains, Incarnation gateway, IOptions<GatewayOptions> client, TimeProvider clock, ILogger<GatewayHeartbeat> log) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Complaint = TimeSpan.FromSeconds(30);
    private readonly Dictionary<SiloAddress, Task<Fate>> _renewals = [];
    private readonly SiloReachability _reachability = new(clock, client.Value.GatewayListRefreshPeriod + Timeout);
    private Task<SiloAddress[]?> _members = Task.FromResult<SiloAddress[]?>(null);
    private long _complained = clock.GetTimestamp();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_renewals.Keys.Select(silo => Quietly(() => grains.GetSilo(silo).Release(gateway.Id))));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var period = new PeriodicTimer(GatewayLease.Period, clock);
        do
        {
            // Asked beside the words: it may be answered through the very silo that stands still.
            if (_members.IsCompleted)
            {
                Take(await _members);
                _members = Members();
            }

            await Renew();
            Complain();
        }
        while (await period.WaitForNextTickAsync(stoppingToken));
    }

    private enum Fate { Heard, Refused, Hung }

    private async Task<SiloAddress[]?> Members()
    {
        SiloAddress[]? members = null;
        await Quietly(async () => members = await grains.GetSilos().Active());
        return members;
    }

    private void Take(SiloAddress[]? members)
    {
        foreach (var gone in members is null ? [] : _renewals.Keys.Except(members).ToArray())
        {
            _renewals.Remove(gone);
            _reachability.Left(gone);
        }

        foreach (var silo in members ?? [])
        {
            _renewals.TryAdd(silo, Task.FromResult(Fate.Hung));
        }
    }

    private async ValueTask Renew()
    {
        var free = _renewals.Where(one => one.Value.IsCompleted).ToArray();
        foreach (var (silo, word) in free)
        {
            if (await word != Fate.Hung)
            {
                _reachability.Answered(silo);
            }
        }

        var reachesAll = _reachability.IsWhole;
        foreach (var (silo, _) in free)
        {
            _reachability.Asked(silo);
            _renewals[silo] = Quietly(() => reachesAll ? grains.GetSilo(silo).Renew(gateway.Id) : grains.GetSilo(silo).Suspect(gateway.Id));
        }
    }

    private void Complain()
    {
        if (_reachability.Unanswered > Complaint && clock.GetElapsedTime(_complained) > Complaint)
        {
            _complained = clock.GetTimestamp();
            LogUnanswered(_reachability.Unanswered.TotalSeconds);
        }
    }

    private async Task<Fate> Quietly(Func<ValueTask> call)
    {
        try
        {
            await call().AsTask().WaitAsync(Timeout, clock);
            return Fate.Heard;
        }
        catch (Exception lost)
        {
            LogLost(lost.GetType().Name);
            return lost is TimeoutException ? Fate.Hung : Fate.Refused;
        }
    }

    [LoggerMessage(LogLevel.Debug, "A silo was not told that this gateway is there: {Fault}")]
    private partial void LogLost(string fault);

    [LoggerMessage(
        LogLevel.Warning,
        "A silo that is a member has not answered this gateway for {Seconds:0} s; meanwhile no device that was last heard here is called offline")]
    private partial void LogUnanswered(double seconds);
}
