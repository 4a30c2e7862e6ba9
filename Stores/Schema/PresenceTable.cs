using Rollcall.Devices;
using Rollcall.Journal;
using static Rollcall.Schema.Column<Rollcall.Journal.PresenceChanged>;

namespace Rollcall.Schema;

/// <summary>The log of changes of status.</summary>
internal static class PresenceTable
{
    public static readonly EventTable Table = EventTable.Log(
        "presence_events",
        Number("seq", one => one.Transition.Seq),
        Named<DeviceStatus>("from_status", one => one.Transition.From),
        Named<DeviceStatus>("to_status", one => one.Transition.To),
        Named<PresenceReason>("reason", one => one.Transition.Reason),
        Time("at", one => one.Transition.At));

    /// <summary>What <see cref="Read"/> reads, for a SELECT.</summary>
    public static readonly string Columns = Table.Read;

    /// <summary>
    /// Bytes that a row counts for: about what it takes on the disk with its indexes, two of which name the customer or the device.
    /// </summary>
    public const string Size = "(96 + 2 * (length(customer_id) + length(device_id)))";

    /// <summary>Columns of <see cref="Columns"/>.</summary>
    public static Transition Read(RowReader row) =>
        new(row.Number(), row.Name<DeviceStatus>(), row.Name<DeviceStatus>(), row.Name<PresenceReason>(), row.Time());
}
