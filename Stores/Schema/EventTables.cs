namespace Rollcall.Schema;

/// <summary>
/// The tables of device events. One that is added here is written by all stores in the transaction of the device's row, and removed with
/// it.
/// </summary>
internal static class EventTables
{
    public static readonly EventTable[] All = [PresenceTable.Table, CommandTable.Table];
}
