using Rollcall.Portal.Shell;

namespace Rollcall.Portal.Commands;

/// <summary>For how long a command may wait and take; the server takes 1 s to 7 days.</summary>
public static class TimeToLive
{
    /// <summary>One hour, in seconds: the server's default, too.</summary>
    public const int Usual = 3_600;

    private static readonly int[] Sensible = [60, 600, Usual, 86_400, 604_800];

    /// <summary>Seconds to choose from, ascending; one that somebody chose elsewhere is among them.</summary>
    public static IReadOnlyList<int> Choices(int chosen) => [.. Sensible.Append(chosen).Distinct().Order()];

    public static string Words(int seconds) => seconds switch
    {
        60 => "1 minute",
        600 => "10 minutes",
        Usual => "1 hour",
        86_400 => "1 day",
        604_800 => "7 days",
        _ => Ago.Exact(TimeSpan.FromSeconds(seconds)),
    };
}
