using Npgsql;
using NpgsqlTypes;
using Rollcall.Journal;

namespace Rollcall.Postgres;

/// <summary>One value of every record of a flush: an array on the wire, a column of <c>given</c> in the statement.</summary>
internal sealed record FlushColumn(string Name, Func<IReadOnlyList<JournalRecord>, NpgsqlParameter> Values)
{
    public static FlushColumn Text(string name, Func<JournalRecord, string?> value) => Of(name, NpgsqlDbType.Text, value);

    public static FlushColumn Json(string name, Func<JournalRecord, string?> value) => Of(name, NpgsqlDbType.Jsonb, value);

    public static FlushColumn Number(string name, Func<JournalRecord, long?> value) => Of(name, NpgsqlDbType.Bigint, value);

    public static FlushColumn Flag(string name, Func<JournalRecord, bool> value) => Of(name, NpgsqlDbType.Boolean, value);

    public static FlushColumn Time(string name, Func<JournalRecord, DateTimeOffset?> value) =>
        Of(name, NpgsqlDbType.TimestampTz, record => value(record)?.UtcDateTime);

    private static FlushColumn Of<T>(string name, NpgsqlDbType type, Func<JournalRecord, T> value) => new(name, records =>
    {
        var values = new T[records.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(records[i]);
        }

        return new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    });
}
