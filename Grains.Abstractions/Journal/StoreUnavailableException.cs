namespace Rollcall.Journal;

/// <summary>The store cannot be had now; surely nothing was written.</summary>
[GenerateSerializer, Alias("rollcall.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
