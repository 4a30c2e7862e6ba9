namespace Rollcall.Portal.Shell;

/// <summary>The server's time as seen from here: all times shown are the server's, and a visitor's clock may be wrong.</summary>
public sealed class ServerClock(TimeProvider clock)
{
    private TimeSpan _ahead;

    public DateTimeOffset Now => clock.GetUtcNow() + _ahead;

    /// <summary>Sets itself by an answer of the server: its time lies between the request and the answer.</summary>
    public void Set(DateTimeOffset server, DateTimeOffset asked, DateTimeOffset answered)
    {
        var ahead = server - (asked + ((answered - asked) / 2));

        // Less than the way there and back is no knowledge.
        _ahead = ahead.Duration() < TimeSpan.FromMilliseconds(500) ? TimeSpan.Zero : ahead;
    }

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone);
}
