namespace Rollcall;

/// <summary>
/// When callers that cannot be served now may retry: one after the other, at the rate at which callers are served. With the same time for
/// all, they would all come together again.
/// </summary>
/// <param name="clock">For durations.</param>
/// <param name="most">The longest time that a caller is asked to wait.</param>
public sealed class Appointments(TimeProvider clock, TimeSpan most)
{
    private readonly Lock _gate = new();
    private readonly long _origin = clock.GetTimestamp();
    private TimeSpan _last;

    /// <param name="perSecond">Callers served in a second, as it goes now.</param>
    /// <param name="backlog">How long the callers that already wait will take.</param>
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

        // No time is free: ask again later, not all at the same moment.
        return (int)Math.Ceiling(most.TotalSeconds * (0.75 + (Random.Shared.NextDouble() / 4)));
    }
}
