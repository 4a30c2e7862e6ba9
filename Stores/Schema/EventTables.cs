namespace Rollcall.Schema;

/// <summary>
/// The tables of what happens to devices. One that is added here is written by all stores in the transaction of its device's row, and
/// forgotten with it.
/// </summary>
internal static class EventTables
{
    public static readonly EventTable[] All = [PresenceTable.Table, CommandTable.Table];
}
