using Npgsql;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Postgres.Connections;
using Rollcall.Schema;

namespace Rollcall.Postgres.Reading;

/// <summary>Reads and prunes commands in PostgreSQL.</summary>
internal sealed class PostgresCommandStore(PostgresPool pool) : ICommandStore
{
    private const int PruneStep = 5_000;

    private const string PruneSome = """
        WITH old AS (SELECT device_id, number FROM commands WHERE finished_at < $1 ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        DELETE FROM commands c USING old WHERE c.device_id = old.device_id AND c.number = old.number
        """;

    public Task<IReadOnlyList<Command>> OpenAsync(string deviceId, CancellationToken cancellation) => pool.ReadAsync<IReadOnlyList<Command>>(
        async connection => await connection.AllAsync(
            $"SELECT {CommandTable.Light("octet_length(parameters::text)::text")} FROM commands WHERE device_id = $1 AND {CommandTable.IsOpen}",
            row => CommandTable.ReadLight(new PostgresRow(row)), [deviceId], cancellation),
        cancellation);

    public Task<IReadOnlyDictionary<long, string>> ParametersAsync(string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation) =>
        pool.ReadAsync<IReadOnlyDictionary<long, string>>(
            async connection => (await connection.AllAsync(
                    "SELECT number, parameters FROM commands WHERE device_id = $1 AND number = ANY($2) AND parameters IS NOT NULL",
                    row => (Number: row.GetInt64(0), Parameters: row.GetString(1)), [deviceId, numbers.ToArray()], cancellation))
                .ToDictionary(found => found.Number, found => found.Parameters),
            cancellation);

    public async Task<Command?> FindAsync(string deviceId, string commandId, CancellationToken cancellation) =>
        CommandIds.TryNumber(commandId, out var number)
            ? (await AllAsync("WHERE device_id = $1 AND number = $2 AND id = $3", [deviceId, number, commandId], cancellation)) is [var command]
                ? command : null
            : null;

    public Task<IReadOnlyList<Command>> FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation)
    {
        var known = ids.Where(one => CommandIds.TryNumber(one.CommandId, out _)).ToArray();
        return AllAsync(
            "WHERE customer_id = $1 AND (device_id, number, id) IN (SELECT * FROM unnest($2, $3, $4))",
            [
                customerId,
                known.Select(one => one.DeviceId).ToArray(),
                known.Select(one => CommandIds.TryNumber(one.CommandId, out var number) ? number : 0).ToArray(),
                known.Select(one => one.CommandId).ToArray(),
            ],
            cancellation);
    }

    public Task<(Command Command, string? Fingerprint)?> FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation) =>
        pool.ReadAsync<(Command, string?)?>(
            async connection => await connection.AllAsync(
                $"""
                SELECT {CommandTable.Columns}, fingerprint FROM commands
                WHERE device_id = $1 AND idempotency_key = $2 AND created_at > $3 ORDER BY number DESC LIMIT 1
                """,
                Keyed, [deviceId, idempotencyKey, since.UtcDateTime], cancellation) is [var found] ? found : null,
            cancellation);

    public Task<(IReadOnlyList<Command> Commands, bool More)?> ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation) =>
        pool.ReadSnapshotAsync<(IReadOnlyList<Command>, bool)?>(
            async connection =>
            {
                var device = await connection.AllAsync(
                    "SELECT 1 FROM devices WHERE device_id = $1 AND customer_id = $2", row => row.GetInt32(0), [query.DeviceId, customerId],
                    cancellation);
                if (device.Count == 0)
                {
                    return null;
                }

                // A command past its end has expired, also where that is not stored yet.
                List<object> values = [query.DeviceId, query.Before ?? long.MaxValue, query.Limit + 1];
                var only = "";
                if (query.Status is { } status)
                {
                    values.AddRange(
                        [WireNames.Of(status), now.Bounds.Now.UtcDateTime, now.Bounds.Believed.UtcDateTime, now.Bounds.Jumped.UtcDateTime]);
                    only =
                        $"AND CASE WHEN {CommandTable.IsOpen} AND expires_at <= CASE WHEN created_at > $7 THEN $5 ELSE $6 END THEN 'expired' "
                            + "ELSE status END = $4";
                }

                var commands = await connection.AllAsync(
                    $"SELECT {CommandTable.Columns} FROM commands WHERE device_id = $1 AND number < $2 {only} ORDER BY number DESC LIMIT $3",
                    row => CommandTable.Read(new PostgresRow(row)), values, cancellation);
                var more = commands.Count > query.Limit;
                return (more ? commands[..query.Limit] : commands, more);
            },
            cancellation);

    public async Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        // In steps, so that no transaction is long. Rows that another process deletes are left to it.
        int pruned, all = 0;
        do
        {
            pruned = await pool.WriteAsync(
                async connection =>
                {
                    await using var command = connection.Command(PruneSome, [before.UtcDateTime, PruneStep]);
                    return await command.ExecuteNonQueryAsync(cancellation);
                },
                cancellation);
            all += pruned;
        }
        while (pruned == PruneStep);
        return all;
    }

    private Task<IReadOnlyList<Command>> AllAsync(string where, IReadOnlyList<object> values, CancellationToken cancellation) =>
        pool.ReadAsync<IReadOnlyList<Command>>(
            async connection => await connection.AllAsync($"SELECT {CommandTable.Columns} FROM commands {where}",
                row => CommandTable.Read(new PostgresRow(row)), values, cancellation), cancellation);

    private static (Command, string?) Keyed(NpgsqlDataReader row)
    {
        var reader = new PostgresRow(row);
        return (CommandTable.Read(reader), reader.TextOrNone());
    }
}
