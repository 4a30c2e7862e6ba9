using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>What became of a change.</summary>
internal enum AppendResult
{
    /// <summary>Committed.</summary>
    Stored,

    /// <summary>The row is not at the change's base revision: somebody else has written it, or it is gone. Of a creation: the id is taken.</summary>
    Fenced,

    /// <summary>The store refuses the content; it will never be stored.</summary>
    Refused,

    /// <summary>Surely not written.</summary>
    Unavailable,

    /// <summary>Sent, and no word since: written or not.</summary>
    Unknown,
}

/// <summary>What a caller is told of an outcome.</summary>
internal static class AppendResults
{
    public static Refusal ToRefusal(this AppendResult result) => result switch
    {
        AppendResult.Stored => Refusal.None,
        AppendResult.Fenced => Refusal.StaleActivation,
        AppendResult.Refused => Refusal.Rejected,
        _ => Refusal.Unavailable,
    };
}
