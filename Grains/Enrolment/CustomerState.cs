using Rollcall.Facts;

namespace Rollcall.Enrolment;

/// <summary>A customer's keys as they are stored.</summary>
public sealed record CustomerState : StateWithFacts
{
    /// <summary>Oldest first.</summary>
    public IReadOnlyList<KeyEntry> Keys { get; init; } = [];
}

/// <summary>Where one of the customer's enrolment keys is.</summary>
public sealed record KeyEntry
{
    public string Id { get; init; } = "";

    /// <summary>Key of the grain that has the rest.</summary>
    public string Grain { get; init; } = "";

    /// <summary>From a setting: its entry is never replaced, or the next migration would make a revoked key valid again.</summary>
    public bool Bootstrap { get; init; }
}
