using System.Diagnostics;

namespace Rollcall.Measuring;

/// <summary>
/// A flush as an activity of its own, with links to the heartbeats that it stores: it belongs to none of them. It is created only
/// when one of them is recorded, so without tracing it costs nothing.
/// </summary>
internal static class FlushActivity
{
    /// <summary>The number that collectors keep by default; a larger flush links only to the first ones.</summary>
    public const int MostLinks = 128;

    private static readonly ActivitySource Source = new(Instrumentation.Name);

    /// <summary>The activity in which a record is appended; null when it is not recorded.</summary>
    public static Activity? Caller() => Activity.Current is { Recorded: true } caller ? caller : null;

    public static Activity? Start(IEnumerable<Activity?> callers, int records)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var links = callers.OfType<Activity>().Take(MostLinks).Select(caller => new ActivityLink(caller.Context)).ToArray();
        return links.Length == 0
            ? null
            : Source.StartActivity("journal flush", ActivityKind.Internal, parentContext: default, links: links)?.SetTag("rollcall.records", records);
    }
}
