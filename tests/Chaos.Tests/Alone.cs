namespace Rollcall;

/// <summary>Tests that measure what a program takes run when all others are done.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
