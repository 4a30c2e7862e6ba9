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

    /// <summary>Of what a record has several of: the values of all of them, one record's after another's.</summary>
    /// <param name="items">A record's, each with the record's place from 1.</param>
    public static FlushColumn Nested<TItem, T>(string name, NpgsqlDbType type, Func<JournalRecord, int, IEnumerable<TItem>> items, Func<TItem, T> value) => new(
        name,
        records => new NpgsqlParameter<T[]> { TypedValue = [.. records.SelectMany((record, i) => items(record, i + 1)).Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type });

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
