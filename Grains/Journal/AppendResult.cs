using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>The result of appending a change.</summary>
internal enum AppendResult
{
    /// <summary>Committed.</summary>
    Stored,

    /// <summary>The row is not at the change's base revision: somebody else has written it, or it is gone. For a creation: the id is taken.</summary>
    Fenced,

    /// <summary>The store rejected the content for good.</summary>
    Refused,

    /// <summary>Certainly not written.</summary>
    Unavailable,

    /// <summary>Sent without an answer: it may be written or not.</summary>
    Unknown,
}

/// <summary>Maps results to what a caller gets.</summary>
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
