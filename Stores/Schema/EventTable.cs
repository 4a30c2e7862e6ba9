using Rollcall.Journal;

namespace Rollcall.Schema;

/// <summary>
/// A table for one kind of device events: one row for each event, or one row for each thing that events change. Rows are removed with their
/// device.
/// </summary>
internal sealed record EventTable
{
    /// <summary>Every such table starts with its owner.</summary>
    private static readonly Column<Happened>[] Owner =
        [Column<Happened>.Text("customer_id", one => one.Change.CustomerId), Column<Happened>.Text("device_id", one => one.Change.DeviceId)];

    private EventTable(string name, Func<DeviceEvent, bool> takes, Column<Happened>[] columns, string[] key, string[] moving, bool isNumbered) =>
        (Name, Takes, Columns, Key, Moving, IsNumbered) = (name, takes, columns, key, moving, isNumbered);

    public string Name { get; }

    /// <summary>This kind of event is kept here.</summary>
    public Func<DeviceEvent, bool> Takes { get; }

    public IReadOnlyList<Column<Happened>> Columns { get; }

    /// <summary>The columns that are read back, for a SELECT.</summary>
    public string Read => string.Join(", ", Columns.Skip(Owner.Length).Where(column => !column.IsWriteOnly).Select(column => column.Name));

    /// <summary>The key of a row that may exist already; none: each event is a new row.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>What an event changes of an existing row. The rest stays as it was.</summary>
    public IReadOnlyList<string> Moving { get; }

    /// <summary>Its rows are numbered for readers who go through them in that order, so a transaction that adds some leaves a mark first.</summary>
    public bool IsNumbered { get; }

    /// <summary>A log: each event is a row, numbered by the table.</summary>
    public static EventTable Log<TEvent>(string name, params Column<TEvent>[] columns) where TEvent : DeviceEvent =>
        new(name, what => what is TEvent, Of(columns), [], [], isNumbered: true);

    /// <summary>A register: an event writes the row of what it happened to.</summary>
    public static EventTable Register<TEvent>(
        string name, string[] key, string[] moving, params Column<TEvent>[] columns) where TEvent : DeviceEvent =>
        new(name, what => what is TEvent, Of(columns), key, moving, isNumbered: false);

    private static Column<Happened>[] Of<TEvent>(Column<TEvent>[] columns) where TEvent : DeviceEvent =>
        [.. Owner, .. columns.Select(column => column.From<Happened>(one => (TEvent)one.Event))];
}

/// <summary>An event, and the change that it is part of.</summary>
internal readonly record struct Happened(Change Change, DeviceEvent Event);
