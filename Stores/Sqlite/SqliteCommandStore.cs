using Microsoft.Data.Sqlite;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Schema;
using static Rollcall.Sqlite.SqliteRow;

namespace Rollcall.Sqlite;

/// <summary>Reads and prunes commands in one SQLite file.</summary>
internal sealed class SqliteCommandStore(SqliteWriter writer, SqliteReaders readers) : ICommandStore
{
    private const int PruneStep = 2_000;

    public Task<IReadOnlyList<Command>> OpenAsync(string deviceId, CancellationToken cancellation) => readers.ReadAsync<IReadOnlyList<Command>>(
        statements => All(
            statements.Query(
                $"SELECT {CommandTable.Light("octet_length(parameters)")} FROM commands WHERE device_id = $0 AND {CommandTable.IsOpen}", deviceId),
            row => CommandTable.ReadLight(new SqliteRow(row))),
        cancellation);

    public Task<IReadOnlyDictionary<long, string>> ParametersAsync(string deviceId, IReadOnlyList<long> numbers, CancellationToken cancellation) =>
        readers.ReadAsync<IReadOnlyDictionary<long, string>>(
            statements => numbers
                .SelectMany(number => All(
                    statements.Query("SELECT number, parameters FROM commands WHERE device_id = $0 AND number = $1 AND parameters IS NOT NULL",
                        deviceId, number),
                    row => (Number: row.GetInt64(0), Parameters: row.GetString(1))))
                .ToDictionary(found => found.Number, found => found.Parameters),
            cancellation);

    public Task<Command?> FindAsync(string deviceId, string commandId, CancellationToken cancellation) => readers.ReadAsync(
        statements => CommandIds.TryNumber(commandId, out var number)
            ? All(
                statements.Query($"SELECT {CommandTable.Columns} FROM commands WHERE device_id = $0 AND number = $1 AND id = $2", deviceId,
                    number, commandId),
                row => CommandTable.Read(new SqliteRow(row))).SingleOrDefault()
            : null,
        cancellation);

    public Task<IReadOnlyList<Command>> FindOfCustomerAsync(
        string customerId, IReadOnlyList<(string DeviceId, string CommandId)> ids, CancellationToken cancellation) =>
        readers.ReadAsync<IReadOnlyList<Command>>(
            statements => [.. ids.SelectMany(one => CommandIds.TryNumber(one.CommandId, out var number)
                ? All(
                    statements.Query(
                        $"SELECT {CommandTable.Columns} FROM commands WHERE device_id = $0 AND number = $1 AND id = $2 AND customer_id = $3",
                        one.DeviceId, number, one.CommandId, customerId),
                    row => CommandTable.Read(new SqliteRow(row)))
                : [])],
            cancellation);

    public Task<(Command Command, string? Fingerprint)?> FindByKeyAsync(
        string deviceId, string idempotencyKey, DateTimeOffset since, CancellationToken cancellation) =>
        readers.ReadAsync<(Command, string?)?>(
            statements => All(
                statements.Query(
                    $"""
                    SELECT {CommandTable.Columns}, fingerprint FROM commands
                    WHERE device_id = $0 AND idempotency_key = $1 AND created_at > $2 ORDER BY number DESC LIMIT 1
                    """,
                    deviceId, idempotencyKey, Time(since)),
                Keyed) is [var found] ? found : null,
            cancellation);

    public Task<(IReadOnlyList<Command> Commands, bool More)?> ListAsync(
        string customerId, CommandQuery query, WallTime now, CancellationToken cancellation) =>
        readers.ReadAsync<(IReadOnlyList<Command>, bool)?>(
            statements =>
            {
                var device = All(
                    statements.Query("SELECT 1 FROM devices WHERE device_id = $0 AND customer_id = $1", query.DeviceId, customerId),
                    row => row.GetInt32(0));
                if (device.Count == 0)
                {
                    return null;
                }

                // A command past its end has expired, also where that is not stored yet.
                var commands = All(
                    statements.Query(
                        $"""
                        SELECT {CommandTable.Columns} FROM commands WHERE device_id = $0 AND number < $1
                            AND ($3 IS NULL OR CASE WHEN {CommandTable.IsOpen} AND expires_at <= CASE WHEN created_at > $6 THEN $4 ELSE $5 END
                                THEN 'expired' ELSE status END = $3)
                        ORDER BY number DESC LIMIT $2
                        """,
                        query.DeviceId, query.Before ?? long.MaxValue, query.Limit + 1, Name(query.Status), Time(now.Bounds.Now),
                        Time(now.Bounds.Believed), Time(now.Bounds.Jumped)),
                    row => CommandTable.Read(new SqliteRow(row)));
                var more = commands.Count > query.Limit;
                return (more ? commands[..query.Limit] : commands, more);
            },
            cancellation);

    public async Task<int> PruneAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        // In steps, between which heartbeats are stored.
        int pruned, all = 0;
        do
        {
            pruned = await writer.WriteAsync(
                statements => statements.Execute(
                    """
                    DELETE FROM commands WHERE (device_id, number) IN (
                        SELECT device_id, number FROM commands WHERE finished_at < $0 ORDER BY finished_at LIMIT $1)
                    """,
                    Time(before), PruneStep),
                cancellation);
            all += pruned;
        }
        while (pruned == PruneStep);
        return all;
    }

    private static (Command, string?) Keyed(SqliteDataReader row)
    {
        var reader = new SqliteRow(row);
        return (CommandTable.Read(reader), reader.TextOrNone());
    }
}
