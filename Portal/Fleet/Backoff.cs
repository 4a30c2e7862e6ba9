namespace Rollcall.Portal.Fleet;

/// <summary>When to try again: at random within a window that doubles, so that portals do not come back all at once. Never gives up.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    /// <param name="failures">Failures in a row so far.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Delay(int failures, double random)
    {
        var window = Math.Min(Most.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 16)));
        return TimeSpan.FromMilliseconds(window * (0.2 + (0.8 * random)));
    }
}
