namespace Rollcall.Devices.Presence;

/// <summary>
/// How often one device may say goodbye: each is an entry in the event log, and the next heartbeat is another. A burst at once, then one
/// for each interval. Kept in the twin's memory only.
/// </summary>
internal struct GoodbyeLimit
{
    /// <summary>When the goodbyes taken so far are used up, on the monotonic clock.</summary>
    private TimeSpan _paid;

    /// <summary>Takes one, if the limit allows it.</summary>
    /// <returns>Null: it is allowed. Otherwise how long to wait for the next one.</returns>
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
