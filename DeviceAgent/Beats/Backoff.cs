namespace Rollcall.DeviceAgent.Beats;

/// <summary>Exponential backoff with full jitter: random(0, min(max, initial x multiplier^n)).</summary>
internal readonly record struct Backoff(TimeSpan Initial, TimeSpan Most, double Multiplier)
{
    public static Backoff Standard { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), 2);

    /// <param name="failures">n: the failures before this one.</param>
    /// <param name="random">Where the jitter comes from.</param>
    public TimeSpan Delay(int failures, Random random)
    {
        // The power may be infinite; the minimum is not.
        var ceiling = Math.Min(Most.TotalMilliseconds, Initial.TotalMilliseconds * Math.Pow(Multiplier, failures));
        return TimeSpan.FromMilliseconds(random.NextDouble() * ceiling);
    }
}
