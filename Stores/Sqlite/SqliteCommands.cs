using Microsoft.Data.Sqlite;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Journal;
using static Rollcall.Sqlite.SqliteRow;

namespace Rollcall.Sqlite;

/// <summary>Commands, there and back.</summary>
internal static class SqliteCommands
{
    private const string State = "UPDATE devices SET commands_open = $1, command_number = $2 WHERE device_id = $0";

    private const string Upsert = """
        INSERT INTO commands (device_id, number, id, customer_id, command, parameters, status, created_at, expires_at, sent_at,
            acknowledged_at, finished_at, result, error, late, issued_by, idempotency_key, fingerprint, poll_only)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (device_id, number) DO UPDATE SET status = excluded.status, sent_at = excluded.sent_at,
            acknowledged_at = excluded.acknowledged_at, finished_at = excluded.finished_at, result = excluded.result,
            error = excluded.error, late = excluded.late, poll_only = excluded.poll_only
        """;

    /// <summary>With the row of their device, which is stored.</summary>
    public static void Write(SqliteStatements statements, JournalRecord record, CommandState state)
    {
        if (record.Commands.Count == 0)
        {
            return;
        }

        statements.Execute(State, record.DeviceId, state.Open, state.Last);
        foreach (var (command, key, fingerprint) in record.Commands)
        {
            statements.Execute(
                Upsert, command.DeviceId, command.Number, command.Id, record.Base.CustomerId, command.Name, command.Parameters, WireNames.Of(command.Status),
                Time(command.CreatedAt), Time(command.ExpiresAt), Time(command.SentAt), Time(command.AcknowledgedAt), Time(command.FinishedAt),
                command.Result, command.Error, command.Late ? 1 : 0, command.IssuedBy, key, fingerprint, command.PollOnly ? 1 : 0);
        }
    }

    public static Command Of(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3), Text(row, 4), WireNames.Parse<CommandStatus>(row.GetString(5)),
        Time(row.GetString(6)), Time(row.GetString(7)), At(row, 8), At(row, 9), At(row, 10), Text(row, 11), Text(row, 12),
        row.GetInt64(13) != 0, row.GetString(14)) { PollOnly = row.GetInt64(15) != 0 };

    /// <summary>Of <see cref="CommandColumns.Light"/>.</summary>
    public static Command LightOf(SqliteDataReader row) => Of(row) is var command && command.Parameters is { } size
        ? command with { Parameters = null, Withheld = int.Parse(size, System.Globalization.CultureInfo.InvariantCulture) }
        : command;

    private static DateTimeOffset? At(SqliteDataReader row, int column) => Text(row, column) is { } time ? Time(time) : null;
}
