namespace Rollcall;

/// <summary>
/// When those who cannot be served now may come again: one after the other, at the rate at which callers are served. Told the
/// same time, all of them would come together once more.
/// </summary>
/// <param name="clock">For durations.</param>
/// <param name="most">Nobody is told to wait longer.</param>
public sealed class Appointments(TimeProvider clock, TimeSpan most)
{
    private readonly Lock _gate = new();
    private readonly long _origin = clock.GetTimestamp();
    private TimeSpan _last;

    /// <param name="perSecond">Callers served in a second, as it goes now.</param>
    /// <param name="backlog">How long those who wait already will take.</param>
    /// <returns>Seconds, 1 at least.</returns>
    public int Next(double perSecond, TimeSpan backlog)
    {
        var now = clock.GetElapsedTime(_origin);
        var step = TimeSpan.FromSeconds(Math.Min(1 / perSecond, most.TotalSeconds));
        lock (_gate)
        {
            var next = (_last > now + backlog ? _last : now + backlog) + step;
            if (next <= now + most)
            {
                _last = next;
                return (int)Math.Max(1, Math.Ceiling((next - now).TotalSeconds));
            }
        }

        // The book is full: come and ask again, not all in one moment.
        return (int)Math.Ceiling(most.TotalSeconds * (0.75 + (Random.Shared.NextDouble() / 4)));
    }
}
