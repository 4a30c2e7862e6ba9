using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Rollcall.Clocks;

/// <summary>How far the wall clock is trusted.</summary>
public sealed class ClockOptions
{
    /// <summary>--trust-clock: trusted at once, whatever it shows.</summary>
    public bool IsTrusted { get; set; }
}

/// <summary>
/// Whether the wall clock may be trusted for deleting and expiring things. A clock that is more than a day ahead of the newest time in the
/// store (wrong at the start, after a long stop, or set while we run) has to keep its time for a day. Until then, time continues from the
/// newest stored time by the monotonic clock.
/// </summary>
internal sealed partial class ClockTrust(TimeProvider clock, IOptions<ClockOptions> options, ILogger<ClockTrust> log)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly Lock _gate = new();

    /// <summary>The newest trusted time, and when that was on the monotonic clock. Null: the store was not asked yet.</summary>
    private (DateTimeOffset Wall, TimeSpan At)? _newest;
    private (TimeSpan Since, bool IsAhead, DateTimeOffset Jumped)? _doubt;

    /// <summary>The newest time in the store; null: it has none.</summary>
    public void Learn(DateTimeOffset? newest)
    {
        lock (_gate)
        {
            var now = ClockReading.Now(clock);
            _newest = (newest ?? now.Wall, now.Monotonic);
        }
    }

    /// <summary>The time now, and how far it is trusted.</summary>
    public WallTime Now()
    {
        var now = ClockReading.Now(clock);
        if (options.Value.IsTrusted)
        {
            return now.Wall;
        }

        lock (_gate)
        {
            if (_newest is not { } newest)
            {
                return new WallTime(now.Wall, null);
            }

            var expected = newest.Wall + (now.Monotonic - newest.At);
            Judge(now, expected);
            return _doubt is { IsAhead: true } doubt ? new WallTime(now.Wall, expected, doubt.Jumped) : now.Wall;
        }
    }

    /// <summary>The newest time for the store to remember; null: the clock is in doubt.</summary>
    public DateTimeOffset? Newest()
    {
        var now = Now();
        lock (_gate)
        {
            return _doubt is null && now.Believed is not null ? now.Now : null;
        }
    }

    private void Judge(ClockReading now, DateTimeOffset expected)
    {
        var ahead = now.Wall - expected;
        if (ahead.Duration() <= Day)
        {
            Believe(now);
        }
        else if (_doubt is { } doubt && doubt.IsAhead == ahead > TimeSpan.Zero)
        {
            if (now.Monotonic - doubt.Since >= Day)
            {
                Believe(now);
            }
        }
        else
        {
            // A clock that is behind ends nothing early; only after a day time continues from it.
            // The last noted time may be an hour old, so things made before the jump may be a little newer; never by a day.
            _doubt = (now.Monotonic, ahead > TimeSpan.Zero, expected + Day);
            if (ahead > TimeSpan.Zero)
            {
                LogDoubt(now.Wall, ahead.TotalDays, now.Wall + Day);
            }
        }
    }

    private void Believe(ClockReading now)
    {
        if (_doubt is { IsAhead: true })
        {
            LogBelieved(now.Wall);
        }

        _newest = (now.Wall, now.Monotonic);
        _doubt = null;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The clock says {Now:u}, {Days:0.0} days after the newest time in the store: until {Until:u} nothing is forgotten and nothing expires by "
            + "that. If it is right, --trust-clock says so at a start")]
    private partial void LogDoubt(DateTimeOffset now, double days, DateTimeOffset until);

    [LoggerMessage(LogLevel.Information, "The clock is believed again: {Now:u}")]
    private partial void LogBelieved(DateTimeOffset now);
}
