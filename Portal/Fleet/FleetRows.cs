namespace Rollcall.Portal.Fleet;

/// <summary>
/// The rows to show, by id. Sorted anew when a device comes or goes, filtered anew when one turns, and left alone when metrics
/// come: at 5,000 devices a sort at every transition would be seen.
/// </summary>
public sealed class FleetRows(FleetState state)
{
    private int _membership = -1;
    private int _version = -1;
    private FleetFilter? _filter;
    private List<DeviceEntry> _all = [];
    private List<DeviceEntry> _rows = [];

    public List<DeviceEntry> Of(FleetFilter filter)
    {
        if (_version == state.Version && _filter == filter)
        {
            return _rows;
        }

        if (_membership != state.Membership)
        {
            _membership = state.Membership;
            _all = [.. state.Entries];
            _all.Sort(static (one, other) => string.CompareOrdinal(one.Now.DeviceId, other.Now.DeviceId));
        }

        (_version, _filter) = (state.Version, filter);
        return _rows = filter.IsEmpty ? _all : [.. _all.Where(entry => filter.Matches(entry.Now))];
    }
}
