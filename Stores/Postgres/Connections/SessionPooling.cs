using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>
/// Refuses a pooler that gives a session to other clients between two transactions: settings of the session, locks of migrations and the
/// backend of a write would belong to another client.
/// </summary>
internal static class SessionPooling
{
    // A pooler with other clients may give each transaction another session by chance.
    private const int Rounds = 3;

    /// <exception cref="SettingException">There is such a pooler.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached now.</exception>
    public static void Require(string connectionString)
    {
        // Not set by us: no setting may stay in another client's session.
        using var first = new NpgsqlConnection(connectionString);
        using var second = new NpgsqlConnection(connectionString);
        first.Open();
        second.Open();
        for (var round = 0; round < Rounds; round++)
        {
            if (Shares(first, second))
            {
                throw new SettingException(
                    "DATABASE_URL",
                    "leads through a pooler that shares sessions between transactions (its mode is transaction or statement): Rollcall needs "
                        + "session mode, or the server itself.");
            }
        }
    }

    /// <summary>
    /// Whether a session of which nothing is asked just now serves another meanwhile, or is another one when it is asked again. A pooler
    /// that lends sessions gives the second the one that the first has just used, unless another of its users is quicker: then
    /// it is the first that gets another one.
    /// </summary>
    private static bool Shares(NpgsqlConnection first, NpgsqlConnection second)
    {
        var before = Session(first);
        try
        {
            using var held = second.BeginTransaction();
            var other = Session(second);
            return other == before || Session(first) != before;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            // Of a pooler by statement, which takes no transactions.
            return true;
        }
    }

    private static int Session(NpgsqlConnection connection)
    {
        using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)ask.ExecuteScalar()!;
    }
}
