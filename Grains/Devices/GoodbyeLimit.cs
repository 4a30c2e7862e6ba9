namespace Rollcall.Devices;

/// <summary>
/// How often one device may say goodbye: each is a line in the log, and the next beat another. So many at once, then one in so long.
/// In the twin's memory alone.
/// </summary>
internal struct GoodbyeLimit
{
    /// <summary>When all that were taken will have been worth their time, on the monotonic clock.</summary>
    private TimeSpan _paid;

    /// <summary>Takes one, if it may be.</summary>
    /// <returns>Null: it may. Else after how long the next one may.</returns>
    public TimeSpan? Take(TimeSpan now, TimeSpan each, int burst)
    {
        var from = _paid > now ? _paid : now;
        var wait = from - now - (each * (burst - 1));
        if (wait > TimeSpan.Zero)
        {
            return wait;
        }

        _paid = from + each;
        return null;
    }
}
