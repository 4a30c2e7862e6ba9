namespace Rollcall;

/// <summary>The store is unavailable; certainly nothing was written.</summary>
/// <param name="cause">See <see cref="Cause"/>.</param>
[GenerateSerializer, Immutable, Alias("rollcall.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message)
{
    /// <summary>
    /// What the store's client said. It stays in its process: exceptions of a database cannot be sent. As an inner exception one would fail the
    /// whole answer, with a stack trace in the log of both ends.
    /// </summary>
    [field: NonSerialized]
    public Exception? Cause { get; } = cause;

    /// <summary>With its cause, for the log of the process in which it happened.</summary>
    public override string ToString() => Cause is null ? base.ToString() : $"{base.ToString()}\n ---> {Cause}";
}
