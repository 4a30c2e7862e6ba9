using Orleans.Clustering.Redis;
using Orleans.Runtime;

namespace Rollcall.Silo;

/// <summary>
/// Ends a silo that is missing in the membership table, as after Redis lost its data: new silos would find an empty table and form a second
/// cluster beside this one. The orchestrator starts the silo again, and it joins the new cluster.
/// </summary>
internal sealed partial class MembershipGuard(
    IMembershipTable table, ILocalSiloDetails silo, ISiloStatusOracle status, TimeProvider clock,
    ILogger<MembershipGuard> log) : BackgroundService
{
    /// <summary>Exit code of the process.</summary>
    public const int ExitCode = 3;
    private const int MissesToEnd = 2;
    private static readonly TimeSpan LogFlush = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var period = new PeriodicTimer(Period, clock);
        var missed = 0;
        while (missed < MissesToEnd)
        {
            await period.WaitForNextTickAsync(stoppingToken);
            missed = await IsForgotten() ? missed + 1 : 0;
        }

        LogForgotten(silo.SiloAddress);

        // At once, like a kill: an orderly stop would try for a minute to update a table that does not exist. Nothing is lost: what is not
        // stored was not confirmed.
        await Task.Delay(LogFlush, clock, CancellationToken.None);
        Environment.Exit(ExitCode);
    }

    private async Task<bool> IsForgotten()
    {
        try
        {
            return status.CurrentStatus == SiloStatus.Active
                && (await table.ReadRowAsync(silo.SiloAddress, CancellationToken.None)).Members.Count == 0;
        }
        catch (RedisClusteringException)
        {
            // Redis answers, and the table does not exist.
            return true;
        }
        catch (Exception unreadable)
        {
            // Redis is away, which is no reason to end: a running cluster works without it.
            LogUnreadable(unreadable.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(
        LogLevel.Critical,
        "The membership table no longer knows this silo, {Silo}: Redis has lost its data. It ends, to be started again; give Redis an "
            + "append-only file, and no policy that evicts keys without an end (volatile-ttl or noeviction)")]
    private partial void LogForgotten(SiloAddress silo);

    [LoggerMessage(LogLevel.Debug, "The membership table cannot be read: {Fault}")]
    private partial void LogUnreadable(string fault);
}
