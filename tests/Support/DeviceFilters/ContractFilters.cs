using Rollcall.Devices;
using Rollcall.Fleet;

namespace Rollcall.Support.DeviceFilters;

/// <summary>The table in the contract's words.</summary>
public static class ContractFilters
{
    public static DeviceFilter ToFilter(this FilterCase one) => DeviceFilter.Of(one.StatusValues(), one.HealthValue(), one.DeviceIds, one.Q);

    public static DeviceStatus[]? StatusValues(this FilterCase one) => one.Statuses?.Select(WireNames.Parse<DeviceStatus>).ToArray();

    public static DeviceHealth? HealthValue(this FilterCase one) => one.Health is { } name ? WireNames.Parse<DeviceHealth>(name) : null;

    public static Device ToDevice(this TableDevice one) => new(
        one.Id, "acme", one.Name, null, DeviceMode.Active, WireNames.Parse<DeviceStatus>(one.Status), one.HealthValue(), null, Noon,
        one.Seen ? Noon : null, false, null, one.Seen ? 1 : 0);

    public static DeviceHealth? HealthValue(this TableDevice one) => one.Health is { } name ? WireNames.Parse<DeviceHealth>(name) : null;

    private static DateTimeOffset Noon => new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
}
