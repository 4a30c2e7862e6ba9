using Rollcall.Portal.Devices;

namespace Rollcall.Portal.Secrets;

/// <summary>The new secret that an owner is about to ask for, and what the answer means.</summary>
public sealed class SecretDraft
{
    private bool? _chosen;

    /// <summary>Seconds to choose from.</summary>
    public static IReadOnlyList<int> Overlaps { get; } = [0, 3_600, 86_400, 604_800];

    public int OverlapSeconds { get; set; }

    /// <summary>Until somebody chooses, as the server's default: sessions end where the former secret ends at once.</summary>
    public bool EndSessions
    {
        get => _chosen ?? OverlapSeconds == 0;
        set => _chosen = value;
    }

    /// <summary>What the choice means for the two secrets.</summary>
    public string Validity => OverlapSeconds == 0
        ? "From now on only the new one is good."
        : "Meanwhile both are good. A time that already runs is not made longer.";

    /// <summary>What the device will see of it.</summary>
    public string Effect => (EndSessions, OverlapSeconds) switch
    {
        (true, 0) => "The device is signed out at once, and stays offline until it signs in with the new secret.",
        (true, _) => "The device is signed out at once, and stays offline until it signs in with one of the two secrets.",
        (false, 0) => "The device is not signed out. The next time it signs in, it needs the new secret.",
        (false, _) => "The device is not signed out. Once the former secret is over, it needs the new one to sign in.",
    };

    public NewSecret ToSend() => new(OverlapSeconds, EndSessions);

    public static string Words(int overlapSeconds) => overlapSeconds switch
    {
        0 => "no longer: it is over at once",
        3_600 => "1 hour",
        86_400 => "1 day",
        _ => $"{overlapSeconds / 86_400} days",
    };

    /// <summary>Why there is no secret to show. An answer that was lost, or that nobody can read, may have been a yes.</summary>
    public static ApiProblem Why(ApiProblem? problem) => problem switch
    {
        { Status: 404 } => problem with { Detail = "The device is gone: it was deleted, or it belongs to another fleet." },
        { Status: 503, Code: not null } =>
            problem with { Detail = "The gateway could not do it, or not say so in time. Try again: the newest secret counts." },
        { Status: >= 400 and < 500 } => problem,
        _ => (problem ?? ApiProblem.NoAnswer) with
        {
            Detail = "No answer came that can be read. It is unknown whether the secret was replaced. Asking again is safe: the newest counts.",
        },
    };
}
