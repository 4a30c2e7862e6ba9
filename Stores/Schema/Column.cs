namespace Rollcall.Schema;

/// <summary>What a column holds.</summary>
internal enum ColumnType
{
    Text,

    /// <summary>That a store may keep in a form of its own.</summary>
    Json,

    /// <summary>That comes back to the letter.</summary>
    VerbatimJson,

    Number,
    Flag,

    /// <summary>To the millisecond.</summary>
    Time,
}

/// <summary>A column: its name, what it holds, and where the value to write comes from. A null is stored as none.</summary>
/// <typeparam name="T">What is written.</typeparam>
internal abstract record Column<T>(string Name, ColumnType Type)
{
    /// <summary>Not read with a row: it follows from other columns, or is only searched.</summary>
    public bool IsWriteOnly { get; init; }

    /// <summary>The same column, of something that holds a <typeparamref name="T"/>.</summary>
    public abstract Column<TOuter> From<TOuter>(Func<TOuter, T> inner);

    public static Column<T> Text(string name, Func<T, string?> of) => new Column<T, string?>(name, ColumnType.Text, of);

    /// <summary>The name on the wire of one of a few.</summary>
    public static Column<T> Named<TEnum>(string name, Func<T, TEnum?> of) where TEnum : struct, Enum =>
        Text(name, source => of(source) is { } known ? WireNames.Of(known) : null);

    public static Column<T> Json(string name, Func<T, string?> of) => new Column<T, string?>(name, ColumnType.Json, of);

    public static Column<T> VerbatimJson(string name, Func<T, string?> of) => new Column<T, string?>(name, ColumnType.VerbatimJson, of);

    public static Column<T> Number(string name, Func<T, long?> of) => new Column<T, long?>(name, ColumnType.Number, of);

    public static Column<T> Flag(string name, Func<T, bool> of) => new Column<T, bool>(name, ColumnType.Flag, of);

    public static Column<T> Time(string name, Func<T, DateTimeOffset?> of) => new Column<T, DateTimeOffset?>(name, ColumnType.Time, of);
}

/// <param name="Of">The value to write.</param>
/// <typeparam name="TValue">One of text?, long?, bool and DateTimeOffset?: what an adapter knows to write.</typeparam>
internal sealed record Column<T, TValue>(string Name, ColumnType Type, Func<T, TValue> Of) : Column<T>(Name, Type)
{
    public override Column<TOuter> From<TOuter>(Func<TOuter, T> inner) =>
        new Column<TOuter, TValue>(Name, Type, outer => Of(inner(outer))) { IsWriteOnly = IsWriteOnly };
}
