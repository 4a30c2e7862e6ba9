using Npgsql;
using Rollcall.Journal;

namespace Rollcall.Postgres.Connections;

/// <summary>What an error of the server means for a write that was sent.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// The transaction was rolled back. FATAL is not certain: a server that stops may end a session between its commit and
    /// the answer. Nor are errors about the connection (class 08) or of an unknown completion.
    /// </summary>
    public static bool IsRolledBack(this PostgresException error) =>
        error.InvariantSeverity == "ERROR" && !error.SqlState.StartsWith("08", StringComparison.Ordinal) && error.SqlState != "40003";

    /// <summary>Rolled back because of another transaction: a retry may succeed.</summary>
    public static bool IsWorthRepeating(this PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>For a write that was rolled back: the content is wrong (a row twice, data, constraint, too large), or the store is.</summary>
    public static Exception Translated(this PostgresException error) => error.SqlState[..2] is "21" or "22" or "23" or "54"
        ? new StoreRefusedException(error.MessageText, error)
        : new StoreUnavailableException("The database does not write now.", error);
}
