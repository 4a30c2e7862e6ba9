namespace Rollcall.Journal;

/// <summary>Where changes of devices are stored, one silo's together.</summary>
internal interface IJournal
{
    /// <summary>
    /// Stores the change with the next flush. While the store is away the answer is <see cref="AppendResult.Unavailable"/>, at once.
    /// </summary>
    /// <remarks>Takes no cancellation: a caller that leaves cannot make a write half known.</remarks>
    Task<AppendResult> Append(Change change);
}
