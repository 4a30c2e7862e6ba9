using System.Collections.Immutable;

namespace Rollcall.Facts;

/// <summary>A grain's state that says, at a write, what happened by it. State and facts are stored together, or neither is.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.state-with-facts")]
public abstract record StateWithFacts
{
    /// <summary>What happens by the next write. It is no part of the state: it is not read back, and after the write there is none.</summary>
    [field: NonSerialized]
    internal ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>The same state once its facts are stored.</summary>
    internal StateWithFacts WithoutFacts() => Facts.IsEmpty ? this : this with { Facts = [] };
}
