namespace Rollcall;

/// <summary>The store is unavailable; certainly nothing was written.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
