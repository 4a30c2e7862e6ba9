using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Schema;

/// <summary>
/// Which sections of the row an update writes, and into which tables its events go: all changes of one shape are written by one statement. It
/// is a set of all parts of a change, so a store cannot leave one out.
/// </summary>
internal readonly record struct ChangeShape(int Bits)
{
    private static readonly Section[] OfRow = DeviceTable.Sections;

    private static readonly int OfCounts = 1 << (OfRow.Length + EventTables.All.Length);

    public IEnumerable<Section> Sections
    {
        get
        {
            var bits = Bits;
            return OfRow.Where((_, place) => (bits & (1 << place)) != 0);
        }
    }

    public IEnumerable<EventTable> Tables
    {
        get
        {
            var bits = Bits;
            return EventTables.All.Where((_, place) => (bits & (1 << (OfRow.Length + place))) != 0);
        }
    }

    /// <summary>It changes how many devices are online, or in a state.</summary>
    public bool Counts => (Bits & OfCounts) != 0;

    /// <summary>Columns of the row that are written, in order.</summary>
    public IEnumerable<Column<DeviceRow>> Columns => Sections.SelectMany(section => section.Columns);

    /// <exception cref="InvalidOperationException">It has an event for which there is no table: that would be lost.</exception>
    public static ChangeShape Of(DeviceRow was, DeviceRow next, Change change)
    {
        var bits = was.State != next.State || was.Presence.Online != next.Presence.Online ? OfCounts : 0;
        for (var place = 0; place < OfRow.Length; place++)
        {
            bits |= OfRow[place].Changed(was, next) ? 1 << place : 0;
        }

        foreach (var what in change.Events)
        {
            var table = Array.FindIndex(EventTables.All, table => table.Takes(what));
            bits |= table >= 0 ? 1 << (OfRow.Length + table) : throw new InvalidOperationException($"No table keeps a {what.GetType().Name}.");
        }

        return new ChangeShape(bits);
    }
}
