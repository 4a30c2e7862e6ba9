using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Roster;

/// <summary>How long what has happened is kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>PRESENCE_RETENTION_DAYS: transitions older than this are forgotten. Default 90.</summary>
    public TimeSpan Presence { get; set; } = TimeSpan.FromDays(90);

    /// <summary>COMMAND_RETENTION_DAYS: commands that ended before this are forgotten. Default 30.</summary>
    public TimeSpan Commands { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Time between two rounds. Default 1 h.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Forgets old transitions and commands, so that neither grows without a bound.</summary>
internal sealed partial class Retention(
    IRosterStore roster, ICommandStore commands, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<Retention> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(options.Value.Period, clock);
        do
        {
            var now = Instant.WallNow(clock);
            await PruneAsync("transitions", () => roster.PruneEventsAsync(now - options.Value.Presence, stoppingToken));
            await PruneAsync("commands", () => commands.PruneAsync(now - options.Value.Commands, stoppingToken));
        }
        while (await rounds.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PruneAsync(string what, Func<Task<int>> prune)
    {
        try
        {
            LogPruned(await prune(), what);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            LogFailed(what, failed);
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Count} old {What} forgotten")]
    private partial void LogPruned(int count, string what);

    [LoggerMessage(LogLevel.Warning, "Old {What} could not be forgotten; the next round tries again")]
    private partial void LogFailed(string what, Exception why);
}
