using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Fleet;

/// <summary>How long, and how much of it, what has happened is kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>PRESENCE_RETENTION_DAYS: transitions older than this are forgotten. Default 90.</summary>
    public TimeSpan Presence { get; set; } = TimeSpan.FromDays(90);

    /// <summary>PRESENCE_EVENTS_MOST: transitions that are kept of one customer; beyond them the oldest are forgotten. Default 5,000,000.</summary>
    public long PresenceEvents { get; set; } = 5_000_000;

    /// <summary>PRESENCE_EVENTS_MB: MiB that they may take in the store, with their indexes, about; held here in bytes. Default 1,024.</summary>
    public long PresenceBytes { get; set; } = 1L << 30;

    /// <summary>COMMAND_RETENTION_DAYS: commands that ended before this are forgotten. Default 30.</summary>
    public TimeSpan Commands { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Time between two rounds that look for what is old. Default 1 h.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time between two rounds that look for customers who have too much. Default 1 min.</summary>
    public TimeSpan BoundPeriod { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Forgets old transitions and commands, and those of a customer who has too many, so that neither grows without a bound.</summary>
internal sealed partial class Retention(
    IFleetStore roster, ICommandStore commands, IOptions<RetentionOptions> options, ClockTrust trust, TimeProvider clock, ILogger<Retention> log)
        : BackgroundService
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await LearnAsync(stoppingToken);
        using var rounds = new PeriodicTimer(options.Value.BoundPeriod, clock);
        TimeSpan? last = null;
        do
        {
            var now = ClockReading.MonotonicNow(clock);
            var full = !(now - last < options.Value.Period);
            if (full)
            {
                last = now;
                await PruneOldAsync(trust.Now(), stoppingToken);
                await DoAsync("times", () => NoteAsync(stoppingToken));
            }

            // A customer's removed devices took theirs with them: what is really there is counted in full rounds.
            var bound = new EventBound(options.Value.PresenceEvents, options.Value.PresenceBytes);
            await DoAsync("transitions", () => roster.BoundEventsAsync(bound, exact: full, stoppingToken));
        }
        while (await rounds.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Until the store has said what its newest time is, nothing is forgotten.</summary>
    private async Task LearnAsync(CancellationToken stopping)
    {
        while (!await DoAsync("transitions", LearnOnceAsync))
        {
            await Task.Delay(Soon, clock, stopping);
        }

        async Task<int> LearnOnceAsync()
        {
            trust.Learn(await roster.NewestTimeAsync(stopping));
            return 0;
        }
    }

    private async Task PruneOldAsync(WallTime now, CancellationToken stopping)
    {
        if (now.Believed is { } believed)
        {
            await DoAsync("transitions", () => roster.PruneEventsAsync(believed - options.Value.Presence, stopping));
            await DoAsync("commands", () => commands.PruneAsync(believed - options.Value.Commands, stopping));
        }
    }

    private async Task<int> NoteAsync(CancellationToken stopping)
    {
        if (trust.Newest() is { } newest)
        {
            await roster.NoteTimeAsync(newest, stopping);
        }

        return 0;
    }

    /// <returns>False: it failed, and is said to have.</returns>
    private async Task<bool> DoAsync(string what, Func<Task<int>> work)
    {
        try
        {
            var done = await work();
            if (done > 0)
            {
                LogPruned(done, what);
            }

            _failing = false;
            return true;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // Once; the store says itself for how long it is away.
            LogFailed(_failing ? LogLevel.Debug : LogLevel.Warning, what, failed);
            _failing = true;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Count} old {What} forgotten")]
    private partial void LogPruned(int count, string what);

    [LoggerMessage("Old {What} could not be forgotten; the next round tries again")]
    private partial void LogFailed(LogLevel level, string what, Exception why);
}
