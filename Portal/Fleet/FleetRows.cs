namespace Rollcall.Portal.Fleet;

/// <summary>The rows to show, by id. Made anew only when the fleet or the filter has changed, not with every metric.</summary>
public sealed class FleetRows(FleetState state)
{
    private int _version = -1;
    private FleetFilter? _filter;
    private List<DeviceEntry> _rows = [];

    public List<DeviceEntry> Of(FleetFilter filter)
    {
        if (_version != state.Version || _filter != filter)
        {
            (_version, _filter) = (state.Version, filter);
            var rows = state.Entries.Where(entry => filter.Matches(entry.Now)).ToList();
            rows.Sort(static (one, other) => string.CompareOrdinal(one.Now.DeviceId, other.Now.DeviceId));
            _rows = rows;
        }

        return _rows;
    }
}
