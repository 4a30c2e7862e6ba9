using Rollcall.Devices;
using Rollcall.Feed;

namespace Rollcall.Fleet;

/// <summary>Which devices are watched; null: all.</summary>
/// <param name="Search">Substring of id or name, any case.</param>
/// <param name="Limit">Devices at most, by ascending id.</param>
[GenerateSerializer, Immutable, Alias("rollcall.watch-query")]
public sealed record WatchQuery(
    [property: Id(0)] IReadOnlyList<DeviceStatus>? Statuses,
    [property: Id(1)] IReadOnlyList<string>? DeviceIds,
    [property: Id(2)] string? Search,
    [property: Id(3)] int Limit)
{
    /// <summary>The filter, without the limit.</summary>
    public DeviceFilter ToFilter() => DeviceFilter.Of(Statuses, deviceIds: DeviceIds, search: Search);
}

/// <summary>The watched devices as stored. <paramref name="Truncated"/>: there are more than the limit.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.snapshot")]
public sealed record Snapshot(
    [property: Id(0)] IReadOnlyList<DeviceVersion> Devices,
    [property: Id(1)] bool Truncated,
    [property: Id(2)] Counts Counts);
