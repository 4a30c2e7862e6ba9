using Rollcall.Facts;

namespace Rollcall.Enrolment;

/// <summary>A customer's keys as they are stored.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.customer-state")]
public sealed record CustomerState : StateWithFacts
{
    /// <summary>Oldest first.</summary>
    [Id(0)]
    public IReadOnlyList<KeyEntry> Keys { get; init; } = [];
}

/// <summary>Where one of the customer's enrolment keys is.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.key-entry")]
public sealed record KeyEntry
{
    [Id(0)]
    public string Id { get; init; } = "";

    /// <summary>Key of the grain that has the rest.</summary>
    [Id(1)]
    public string Grain { get; init; } = "";

    /// <summary>From a setting: its entry is never replaced, or the next migration would make a revoked key valid again.</summary>
    [Id(2)]
    public bool Bootstrap { get; init; }
}
