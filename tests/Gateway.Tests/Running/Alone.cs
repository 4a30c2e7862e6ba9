namespace Rollcall.Running;

/// <summary>Tests that measure what the machine can do run when all others are done.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
