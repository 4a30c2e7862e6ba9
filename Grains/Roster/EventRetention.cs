using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Devices;

namespace Rollcall.Roster;

/// <summary>How long the log is kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>PRESENCE_RETENTION_DAYS: transitions older than this are forgotten. Default 90.</summary>
    public TimeSpan Presence { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Time between two rounds. Default 1 h.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Forgets old transitions, so that the log does not grow without a bound.</summary>
internal sealed partial class EventRetention(IRosterStore store, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<EventRetention> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(options.Value.Period, clock);
        do
        {
            try
            {
                var pruned = await store.PruneEventsAsync(Instant.WallNow(clock) - options.Value.Presence, stoppingToken);
                LogPruned(pruned);
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                LogFailed(failed);
            }
        }
        while (await rounds.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Debug, "{Count} old transitions forgotten")]
    private partial void LogPruned(int count);

    [LoggerMessage(LogLevel.Warning, "Old transitions could not be forgotten; the next round tries again")]
    private partial void LogFailed(Exception why);
}
