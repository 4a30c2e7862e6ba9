using System.Collections.Immutable;
using Orleans.Runtime;
using Rollcall.Facts;

namespace Rollcall.Schema;

/// <summary>Whose state it is, and which one: the key of a row of <c>grain_state</c>.</summary>
internal readonly record struct StateKey(string StateName, GrainId Grain)
{
    /// <summary>As the provider's statements made it of a key that is a text, as all of ours are: the two numbers are zero.</summary>
    public string GrainKey => "0.0." + Grain.Key;
}

/// <summary>One complete write of one grain's state. All of it is stored, or nothing.</summary>
/// <param name="Base">The version that it is based on; null: there is no row yet.</param>
/// <param name="Next">The state that follows, as bytes; null: the row is removed.</param>
/// <param name="Facts">What happened by it, in order.</param>
internal sealed record StateChange(StateKey Key, long? Base, byte[]? Next, ImmutableArray<Fact> Facts);

/// <summary>A row of <c>grain_state</c>.</summary>
/// <param name="Payload">The state as bytes; null: a former version has cleared it.</param>
internal readonly record struct StateRow(long Version, byte[]? Payload);
