using Npgsql;
using NpgsqlTypes;
using Rollcall.Devices;
using Rollcall.Journal;
using static Rollcall.Postgres.FlushColumn;

namespace Rollcall.Postgres;

/// <summary>
/// A statement that writes all records of one kind at once: rows at their base revision, and what goes with a row only for
/// rows that were. It answers the places of the records that it stored.
/// </summary>
internal sealed class FlushStatement
{
    private static readonly FlushColumn[] Fence = [Text("id", record => record.DeviceId), Number("base", record => record.Base.Revision)];

    private static readonly FlushColumn[] OfBeat =
    [
        Number("revision", record => record.Next!.Revision),
        Text("health", record => Name(record.Next!.Presence.Health)),
        Time("last_seen", record => record.Next!.Presence.LastSeen),
        Json("metrics", record => record.Next!.Presence.Metrics),
    ];

    private static readonly FlushColumn[] OfChange =
    [
        Text("status", record => WireNames.Of(record.Next!.Presence.Status)),
        Text("status_reason", record => Name(record.Next!.Presence.Reason)),
        Time("status_since", record => record.Next!.Presence.StatusSince),
        Number("presence_seq", record => record.Next!.Presence.Seq),
        Number("session_epoch", record => record.Next!.Session.Epoch),
        Text("session_id", record => record.Next!.Session.Id),
        Time("session_opened_at", record => record.Next!.Session.OpenedAt),
        Text("next_session_id", record => record.Next!.Session.Next?.Id),
        Number("next_session_epoch", record => record.Next!.Session.NextEpoch),
        Time("next_session_issued_at", record => record.Next!.Session.Next?.IssuedAt),
    ];

    private static readonly FlushColumn[] OfProfile =
    [
        Text("name", record => record.Next!.Profile.Name),
        Text("location", record => record.Next!.Profile.Location),
        Text("search", record => DeviceColumns.Search(record.DeviceId, record.Next!.Profile.Name)),
        Text("mode", record => WireNames.Of(record.Next!.Profile.Mode)),
        Number("profile_version", record => record.Next!.Profile.Version),
        Text("credential", record => record.Next!.Profile.Credential),
        Text("activation", record => record.Next!.Profile.Activation),
        Time("activation_expires_at", record => record.Next!.Profile.ActivationExpiresAt),
        Flag("activated", record => record.Next!.Profile.Activated),
        Text("former_credential", record => record.Next!.Profile.Former?.Credential),
        Time("credential_replaced_at", record => record.Next!.Profile.Former?.ReplacedAt),
        Time("former_credential_until", record => record.Next!.Profile.Former?.GoodUntil),
        Flag("credential_used", record => record.Next!.Profile.Former is not { Used: false }),
    ];

    private static readonly FlushColumn[] OfLog =
    [
        Number("log_seq", record => record.Change?.Seq),
        Text("log_from", record => Name(record.Change?.From)),
        Text("log_to", record => Name(record.Change?.To)),
        Text("log_reason", record => Name(record.Change?.Reason)),
        Time("log_at", record => record.Change?.At),
        Number("online", record => (record.Next!.Presence.Online ? 1 : 0) - (record.Base.Presence.Online ? 1 : 0)),
    ];

    private static readonly FlushColumn[] OfCommands =
    [
        Number("commands_open", record => record.Next!.Commands.Open),
        Number("command_number", record => record.Next!.Commands.Last),
    ];

    /// <summary>Changes neither status nor session nor profile: by far the most.</summary>
    public static readonly FlushStatement Beat = new("SELECT place FROM stored WHERE $2 IS NOT NULL", OfBeat, []);

    public static readonly FlushStatement Change = new(Logged, [.. OfBeat, .. OfChange], OfLog);

    public static readonly FlushStatement Profile = new(Logged, [.. OfBeat, .. OfChange, .. OfProfile], OfLog);

    public static readonly FlushStatement Commands = new(
        $"{PostgresCommands.Written}{Logged}", [.. OfBeat, .. OfChange, .. OfCommands], OfLog, PostgresCommands.Columns);

    public static readonly FlushStatement Remove = new();

    private const string Logged = """
        , logged AS (
            INSERT INTO presence_events (customer_id, device_id, seq, from_status, to_status, reason, at)
            SELECT stored.customer_id, id, log_seq, log_from, log_to, log_reason, log_at FROM stored JOIN given USING (place)
            WHERE log_seq IS NOT NULL ORDER BY place
        ), counted AS (
            INSERT INTO customer_counts AS c (customer_id, slot, devices_total, devices_online)
            SELECT stored.customer_id, $2, 0, sum(online) FROM stored JOIN given USING (place)
            GROUP BY stored.customer_id HAVING sum(online) <> 0 ORDER BY stored.customer_id
            ON CONFLICT (customer_id, slot) DO UPDATE SET devices_online = c.devices_online + excluded.devices_online
        )
        SELECT place FROM stored
        """;

    private readonly FlushColumn[] _columns;
    private readonly string _sql;

    /// <param name="nested">What a record may have several of, for <paramref name="rest"/>: columns of <c>nested</c>.</param>
    private FlushStatement(string rest, FlushColumn[] set, FlushColumn[] more, params FlushColumn[] nested)
    {
        FlushColumn[] plain = [.. Fence, .. set, .. more];
        _columns = [.. plain, .. nested];
        var also = nested.Length == 0 ? "" : $"nested AS ({Given(nested, plain.Length)}), ";
        _sql = $"""
            WITH {also}given AS ({Given(plain)}), stored AS (
                UPDATE devices d SET updated_at = $1, {string.Join(", ", set.Select(column => $"{column.Name} = given.{column.Name}"))}
                FROM given WHERE d.device_id = given.id AND d.revision = given.base RETURNING given.place, d.customer_id
            ) {rest}
            """;
    }

    private FlushStatement()
    {
        _columns = Fence;
        _sql = $"""
            WITH given AS ({Given(_columns)}), stored AS (
                DELETE FROM devices d USING given WHERE d.device_id = given.id AND d.revision = given.base
                RETURNING given.place, d.device_id, d.customer_id, d.status
            ), forgotten AS (
                DELETE FROM presence_events e USING stored WHERE e.device_id = stored.device_id
            ), purged AS (
                DELETE FROM commands c USING stored WHERE c.device_id = stored.device_id
            ), counted AS (
                INSERT INTO customer_counts AS c (customer_id, slot, devices_total, devices_online)
                SELECT customer_id, $2, -count(*), -count(*) FILTER (WHERE status = 'online') FROM stored GROUP BY customer_id ORDER BY customer_id
                ON CONFLICT (customer_id, slot) DO UPDATE SET
                    devices_total = c.devices_total + excluded.devices_total, devices_online = c.devices_online + excluded.devices_online
            )
            SELECT place FROM stored WHERE $1 IS NOT NULL
            """;
    }

    public NpgsqlBatchCommand For(IReadOnlyList<JournalRecord> records, DateTimeOffset now, short slot)
    {
        var command = new NpgsqlBatchCommand(_sql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = slot, NpgsqlDbType = NpgsqlDbType.Smallint });
        foreach (var column in _columns)
        {
            command.Parameters.Add(column.Values(records));
        }

        return command;
    }

    /// <summary>The records as a table, with their places from 1.</summary>
    private static string Given(FlushColumn[] columns, int before = 0) => $"""
        SELECT * FROM unnest({string.Join(", ", columns.Select((_, i) => "$" + (i + before + 3)))})
            WITH ORDINALITY AS g ({string.Join(", ", columns.Select(column => column.Name))}, {(before == 0 ? "place" : "nth")})
        """;

    private static string? Name<T>(T? value) where T : struct, Enum => value is { } known ? WireNames.Of(known) : null;
}
