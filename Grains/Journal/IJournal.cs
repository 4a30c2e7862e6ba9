namespace Rollcall.Journal;

/// <summary>Stores changes of devices, those of one silo together.</summary>
internal interface IJournal
{
    /// <summary>
    /// Stores the change with the next flush. While the store is away the result is <see cref="AppendResult.Unavailable"/>, at once.
    /// </summary>
    /// <remarks>No cancellation: a caller that gives up would not know whether its change was written.</remarks>
    Task<AppendResult> Append(Change change);
}
