using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Placement.Rebalancing;
using Rollcall.Journal;

namespace Rollcall.Cluster;

/// <summary>Keeps the number of twins balanced between silos.</summary>
public static partial class Balancing
{
    private const int MostMovedAtOnce = 20_000;

    /// <summary>
    /// Twins of online devices stay in memory, so a new silo would stay empty: after a rolling restart the first silo has all of them. Only
    /// idle twins move, and a moved twin reads its row, as after a failure.
    /// </summary>
    /// <param name="silo">A silo that others may join.</param>
    /// <param name="period">Time between two rounds, at least 3 s.</param>
    public static ISiloBuilder ShareTwins(this ISiloBuilder silo, TimeSpan period)
    {
#pragma warning disable ORLEANSEXP002 // Experimental; without it a rolling restart leaves silos idle.
        silo.AddActivationRebalancer();
#pragma warning restore ORLEANSEXP002
        silo.Configure<ActivationRebalancerOptions>(balance =>
        {
            (balance.RebalancerDueTime, balance.SessionCyclePeriod) = (period, period);
            balance.ActivationMigrationCountLimit = MostMovedAtOnce;
            balance.CycleNumberWeight = 1;
        });
        silo.Services.AddHostedService<Guard>();
        return silo;
    }

    /// <summary>Moves nothing while the store is away: a moved twin could not read its row, while the twin here still serves its device.</summary>
    private sealed partial class Guard(IActivationRebalancer balance, StoreHealth store, TimeProvider clock, ILogger<Guard> log) : BackgroundService
    {
        private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan Suspended = TimeSpan.FromSeconds(10);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var period = new PeriodicTimer(Period, clock);
            while (await period.WaitForNextTickAsync(stoppingToken))
            {
                if (store.IsAway)
                {
                    await Suspend();
                }
            }
        }

        private async Task Suspend()
        {
            try
            {
                await balance.SuspendRebalancing(Suspended);
            }
            catch (Exception failed)
            {
                LogNotSuspended(failed.GetType().Name);
            }
        }

        [LoggerMessage(LogLevel.Debug, "Balancing could not be suspended while the store is away: {Fault}")]
        private partial void LogNotSuspended(string fault);
    }
}
