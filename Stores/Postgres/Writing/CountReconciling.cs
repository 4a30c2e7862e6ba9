using Npgsql;
using Rollcall.Fleet;
using Rollcall.Postgres.Reading;
using Rollcall.Schema;

namespace Rollcall.Postgres.Writing;

/// <summary>
/// Counts the rows of all customers and corrects what is counted of them. Rows and counts are of one snapshot, in which every flush is in both or in
/// neither; the correction is added, as a flush adds, so flushes go on meanwhile.
/// </summary>
internal static class CountReconciling
{
    /// <summary>Any number that nobody else in this database uses: two who correct at once would both add the same.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(5935244302746349676)";

    private static readonly string Correct = $"""
        WITH actual AS (
            SELECT customer_id, {CountTable.Counted()} FROM (SELECT customer_id, status, {CountTable.StateOf} AS state FROM devices) d GROUP BY 1
        ), counted AS (
            SELECT customer_id, {CountTable.Each("sum(@) AS @")} FROM customer_counts GROUP BY 1
        ), compared AS (
            SELECT customer_id, {CountTable.Each("(coalesce(actual.@, 0) - coalesce(counted.@, 0))::bigint AS @")}
            FROM customers LEFT JOIN actual USING (customer_id) LEFT JOIN counted USING (customer_id)
        ), wrong AS MATERIALIZED (
            SELECT * FROM compared WHERE {CountTable.Each("@ <> 0", " OR ")}
        ), corrected AS ({FlushStatement.Counted("SELECT * FROM wrong", "$1")})
        SELECT customer_id, {CountTable.Each("@")} FROM wrong ORDER BY 1
        """;

    public static async Task<IReadOnlyList<CountCorrection>> ReconcileAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.AllAsync(Lock, _ => 0, [], cancellation);
        var corrected = await connection.AllAsync(
            Correct, row => new CountCorrection(row.GetString(0), CountTable.Differences(place => row.GetInt64(place + 1))),
            [CountSlot.OfCorrections], cancellation);
        await transaction.CommitAsync(cancellation);
        return corrected;
    }
}
