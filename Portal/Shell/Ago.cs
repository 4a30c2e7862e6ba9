using System.Globalization;

namespace Rollcall.Portal.Shell;

/// <summary>Durations as people say them: the largest unit that fits, never more than it knows.</summary>
public static class Ago
{
    public static string Of(TimeSpan past) => past < TimeSpan.FromSeconds(2) ? "just now" : Span(past) + " ago";

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "0 s",
        { TotalMinutes: < 1 } => Whole(span.TotalSeconds) + " s",
        { TotalHours: < 1 } => Whole(span.TotalMinutes) + " min",
        { TotalDays: < 1 } => Whole(span.TotalHours) + " h",
        _ => Whole(span.TotalDays) + " d",
    };

    /// <summary>Two units: "3 d 4 h", for a device's uptime.</summary>
    public static string Exact(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => Span(span),
        { TotalHours: < 1 } => $"{span.Minutes} min {span.Seconds} s",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes} min",
        _ => $"{Whole(span.TotalDays)} d {span.Hours} h",
    };

    private static string Whole(double number) => Math.Floor(number).ToString("N0", CultureInfo.InvariantCulture);
}
