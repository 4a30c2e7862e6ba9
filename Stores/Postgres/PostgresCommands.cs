using NpgsqlTypes;
using Rollcall.Commands;
using Rollcall.Journal;

namespace Rollcall.Postgres;

/// <summary>How commands are written: in the statement that writes the rows of their devices, and only with those that it stored.</summary>
internal static class PostgresCommands
{
    /// <summary>Columns of <c>nested</c>: one row a command.</summary>
    public static readonly FlushColumn[] Columns =
    [
        FlushColumn.Nested("c_place", NpgsqlDbType.Bigint, Of, one => (long)one.Place),
        Text("c_id", command => command.Id),
        FlushColumn.Nested("c_number", NpgsqlDbType.Bigint, Of, one => one.Write.Command.Number),
        Text("c_command", command => command.Name),
        Json("c_parameters", command => command.Parameters),
        Text("c_status", command => WireNames.Of(command.Status)),
        Time("c_created_at", command => command.CreatedAt),
        Time("c_expires_at", command => command.ExpiresAt),
        Time("c_sent_at", command => command.SentAt),
        Time("c_acknowledged_at", command => command.AcknowledgedAt),
        Time("c_finished_at", command => command.FinishedAt),
        Json("c_result", command => command.Result),
        Text("c_error", command => command.Error),
        FlushColumn.Nested("c_late", NpgsqlDbType.Boolean, Of, one => one.Write.Command.Late),
        Text("c_issued_by", command => command.IssuedBy),
        FlushColumn.Nested("c_key", NpgsqlDbType.Text, Of, one => one.Write.IdempotencyKey),
        FlushColumn.Nested("c_fingerprint", NpgsqlDbType.Text, Of, one => one.Write.Fingerprint),
        FlushColumn.Nested("c_poll_only", NpgsqlDbType.Boolean, Of, one => one.Write.Command.PollOnly),
    ];

    /// <summary>A command that is there already keeps who asked for what, and under which key.</summary>
    public const string Written = """
        , written AS (
            INSERT INTO commands AS c (device_id, number, id, customer_id, command, parameters, status, created_at, expires_at, sent_at,
                acknowledged_at, finished_at, result, error, late, issued_by, idempotency_key, fingerprint, poll_only)
            SELECT g.id, c_number, c_id, stored.customer_id, c_command, c_parameters, c_status, c_created_at, c_expires_at, c_sent_at,
                c_acknowledged_at, c_finished_at, c_result, c_error, c_late, c_issued_by, c_key, c_fingerprint, c_poll_only
            FROM nested JOIN stored ON stored.place = c_place JOIN given g ON g.place = c_place ORDER BY g.id, nth
            ON CONFLICT (device_id, number) DO UPDATE SET status = excluded.status, sent_at = excluded.sent_at,
                acknowledged_at = excluded.acknowledged_at, finished_at = excluded.finished_at, result = excluded.result,
                error = excluded.error, late = excluded.late, poll_only = excluded.poll_only
        )
        """;

    private static IEnumerable<(CommandWrite Write, int Place)> Of(JournalRecord record, int place) => record.Commands.Select(write => (write, place));

    private static FlushColumn Text(string name, Func<Command, string?> value) => FlushColumn.Nested(name, NpgsqlDbType.Text, Of, one => value(one.Write.Command));

    private static FlushColumn Json(string name, Func<Command, string?> value) => FlushColumn.Nested(name, NpgsqlDbType.Json, Of, one => value(one.Write.Command));

    private static FlushColumn Time(string name, Func<Command, DateTimeOffset?> value) =>
        FlushColumn.Nested(name, NpgsqlDbType.TimestampTz, Of, one => value(one.Write.Command)?.UtcDateTime);
}
