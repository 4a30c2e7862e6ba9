using Orleans.Clustering.Redis;
using Orleans.Runtime;

namespace Rollcall.Silo;

/// <summary>
/// Ends a silo that the membership table has forgotten, as after Redis lost its data: new silos would find an empty table and
/// found a second cluster beside this one. The orchestrator starts it again, and it joins the one that there is then.
/// </summary>
internal sealed partial class MembershipGuard(
    IMembershipTable table, ILocalSiloDetails silo, ISiloStatusOracle status, TimeProvider clock,
    ILogger<MembershipGuard> log) : BackgroundService
{
    /// <summary>What the process ends with.</summary>
    public const int ExitCode = 3;
    private const int Enough = 2;
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var period = new PeriodicTimer(Period, clock);
        var missed = 0;
        while (missed < Enough)
        {
            await period.WaitForNextTickAsync(stoppingToken);
            missed = await IsForgotten() ? missed + 1 : 0;
        }

        LogForgotten(silo.SiloAddress);

        // At once, as by a kill: in order it would try for a minute to say goodbye in a table that is not there. Nothing is lost:
        // what is not stored is not answered.
        await Task.Delay(LastWords, clock, CancellationToken.None);
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
            // Redis answers, and there is no table.
            return true;
        }
        catch (Exception unreadable)
        {
            // Redis is away. That is no reason to end: a running cluster goes on without it.
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
