using System.Globalization;

namespace Rollcall.Devices.Presence;

/// <summary>
/// A device's last transitions, as far as they tell whether it is flapping: more than <see cref="More"/> within an hour, until fewer than
/// <see cref="Fewer"/> are.
/// </summary>
/// <param name="Recent">
/// Their times, oldest first: seconds since 1970, then for each further one the seconds since the one before. Those within an hour of the newest,
/// and at most <see cref="Most"/>, so that a row stays small. Null: none.
/// </param>
/// <param name="Since">The first of those that made it flap; null: it does not.</param>
internal sealed record Flaps(string? Recent, DateTimeOffset? Since)
{
    public const int More = 6;
    public const int Fewer = 3;
    public const int Most = 60;

    public static readonly Flaps None = new(null, null);

    /// <summary>As it is stored.</summary>
    public static Flaps Of(string? recent, DateTimeOffset? since) => recent is null && since is null ? None : new Flaps(recent, since);

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Transitions within the hour before the newest, itself included; at most <see cref="Most"/>.</summary>
    public int Changes => Recent is null ? 0 : Recent.AsSpan().Count(' ') + 1;

    /// <summary>As the device's customer sees it; null: it does not flap.</summary>
    public Flapping? Shown => Since is { } since ? new Flapping(Changes, since) : null;

    /// <summary>With one more transition. Its time is not before that of the last one.</summary>
    public Flaps With(DateTimeOffset at)
    {
        var now = at.ToUnixTimeSeconds();
        var times = Times();
        times.RemoveAll(time => time <= now - (long)Window.TotalSeconds || time > now);
        if (times.Count == Most)
        {
            times.RemoveAt(0);
        }

        times.Add(now);
        DateTimeOffset? since = times.Count > More ? Since ?? DateTimeOffset.FromUnixTimeSeconds(times[0]) : times.Count < Fewer ? null : Since;
        return new Flaps(Text(times), since);
    }

    /// <summary>When fewer than <see cref="Fewer"/> are within the last hour, if there are no more; null: it does not flap.</summary>
    public DateTimeOffset? CalmAt =>
        Since is null ? null : Times() is { Count: >= Fewer } times ? DateTimeOffset.FromUnixTimeSeconds(times[^Fewer]) + Window : Since;

    /// <summary>Whether <see cref="CalmAt"/> has come. A time that no transition can give comes from a clock that was ahead.</summary>
    public static bool IsOver(DateTimeOffset calmAt, DateTimeOffset now) => calmAt <= now || calmAt > now + Window;

    public Flaps Calm() => this with { Since = null };

    private List<long> Times()
    {
        var times = new List<long>();
        foreach (var part in (Recent ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var number = long.Parse(part, CultureInfo.InvariantCulture);
            times.Add(times.Count == 0 ? number : times[^1] + number);
        }

        return times;
    }

    private static string Text(List<long> times) =>
        string.Join(' ', times.Select((time, place) => (place == 0 ? time : time - times[place - 1]).ToString(CultureInfo.InvariantCulture)));
}
