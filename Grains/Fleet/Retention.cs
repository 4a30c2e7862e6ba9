using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Clocks;
using Rollcall.Commands;

namespace Rollcall.Fleet;

/// <summary>How long events are kept, and how many.</summary>
public sealed class RetentionOptions
{
    /// <summary>PRESENCE_RETENTION_DAYS: transitions older than this are deleted. Default 90.</summary>
    public TimeSpan Presence { get; set; } = TimeSpan.FromDays(90);

    /// <summary>PRESENCE_EVENTS_MOST: transitions that are kept of one customer; beyond that the oldest are deleted. Default 5,000,000.</summary>
    public long PresenceEvents { get; set; } = 5_000_000;

    /// <summary>PRESENCE_EVENTS_MB: approximate MiB that they may take in the store, with indexes; here in bytes. Default 1,024.</summary>
    public long PresenceBytes { get; set; } = 1L << 30;

    /// <summary>COMMAND_RETENTION_DAYS: commands that ended before this are deleted. Default 30.</summary>
    public TimeSpan Commands { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Time between two rounds that delete what is old. Default 1 h.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time between two rounds that look for customers who exceed the bound. Default 1 min.</summary>
    public TimeSpan BoundPeriod { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Deletes old transitions and commands, and transitions of customers who have too many, so that the store stays bounded.</summary>
internal sealed partial class Retention(
    IFleetStore store, ICommandStore commands, IOptions<RetentionOptions> options, ClockTrust trust, TimeProvider clock, ILoggerFactory logs)
        : BackgroundService
{
    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Roster.Retention");

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

            // The transitions of removed devices are gone, too: full rounds count what is really there.
            var bound = new EventBound(options.Value.PresenceEvents, options.Value.PresenceBytes);
            await DoAsync("transitions", () => store.BoundEventsAsync(bound, exact: full, stoppingToken));
        }
        while (await rounds.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Nothing is deleted until the newest time in the store is known.</summary>
    private async Task LearnAsync(CancellationToken stopping)
    {
        while (!await DoAsync("transitions", LearnOnceAsync))
        {
            await Task.Delay(Soon, clock, stopping);
        }

        async Task<int> LearnOnceAsync()
        {
            trust.Learn(await store.NewestTimeAsync(stopping));
            return 0;
        }
    }

    private async Task PruneOldAsync(WallTime now, CancellationToken stopping)
    {
        if (now.Believed is { } believed)
        {
            await DoAsync("transitions", () => store.PruneEventsAsync(believed - options.Value.Presence, stopping));
            await DoAsync("commands", () => commands.PruneAsync(believed - options.Value.Commands, stopping));
        }
    }

    private async Task<int> NoteAsync(CancellationToken stopping)
    {
        if (trust.Newest() is { } newest)
        {
            await store.NoteTimeAsync(newest, stopping);
        }

        return 0;
    }

    /// <returns>False: it failed, which is logged.</returns>
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
            // One warning: the store logs itself how long it is away.
            LogFailed(_failing ? LogLevel.Debug : LogLevel.Warning, what, failed);
            _failing = true;
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Count} old {What} were deleted")]
    private partial void LogPruned(int count, string what);

    [LoggerMessage("Old {What} could not be deleted; the next round tries again")]
    private partial void LogFailed(LogLevel level, string what, Exception why);
}
