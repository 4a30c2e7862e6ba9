using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>
/// The server had ended the session before it got the statements: nothing was begun. They may be sent again over another connection.
/// </summary>
internal sealed class NotBegunException(PostgresException ended) : Exception(ended.MessageText, ended);

/// <summary>Distinguishes a session that was over before a transaction from one that was lost during it.</summary>
internal static class NotBegun
{
    /// <summary>
    /// Sends a transaction of which some statement answers rows, and reads to the first such answer. A session that ends
    /// itself (by an administrator, an idle timeout, a server not ready yet) says so in its last message, after everything it had
    /// said before. Met here, that message came before any row-answering statement was done, and so before the end of the
    /// batch, which alone commits. Later, or without a message, the end of the connection tells nothing about the commit.
    /// </summary>
    /// <exception cref="NotBegunException">The session was over.</exception>
    public static async Task<NpgsqlDataReader> FirstAnswerAsync(this NpgsqlBatch transaction, CancellationToken cancellation)
    {
        try
        {
            return await transaction.ExecuteReaderAsync(cancellation);
        }
        catch (PostgresException ended) when (EndsSession(ended))
        {
            throw new NotBegunException(ended);
        }
    }

    // A pooler omits the invariant form of the severity.
    private static bool EndsSession(PostgresException error) =>
        (error.InvariantSeverity ?? error.Severity) == "FATAL"
        && error.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.IdleSessionTimeout;
}
