using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Fleet;
using Rollcall.Support.DeviceFilters;

namespace Rollcall.PortalApi.Hub;

/// <summary>A watch tells of the devices that the table of filters says; the hub is not asked for a health.</summary>
public sealed class WatchFilterTests
{
    private static readonly DeviceFilterTable Table = DeviceFilterTable.Instance;

    [Fact]
    public Task Devices_that_come_are_told_by_the_table() => DeviceFilterTable.CheckAsync(Asked, one =>
    {
        var watch = Of(one);
        watch.Begin([]);
        foreach (var device in Table.Devices)
        {
            watch.Offer(new FeedItem("acme", device.Id, new DeviceVersion(device.ToDevice(), Life: 1, Revision: 2), FeedChange.Presence));
        }

        return Task.FromResult(watch.Drain(all: true).Select(update => update.Entry.DeviceId).Order(StringComparer.Ordinal).ToArray());
    });

    [Fact]
    public Task Devices_that_the_snapshot_had_are_told_to_have_left_by_the_table() => DeviceFilterTable.CheckAsync(Asked, one =>
    {
        var watch = Of(one);
        watch.Begin([.. Table.Devices.Select(device => new DeviceVersion(device.ToDevice(), Life: 1, Revision: 1))]);
        foreach (var device in Table.Devices)
        {
            watch.Offer(new FeedItem("acme", device.Id, new DeviceVersion(device.ToDevice(), Life: 1, Revision: 2), FeedChange.Presence));
        }

        // Whoever has left is unknown from then on.
        watch.Drain(all: true);
        foreach (var device in Table.Devices)
        {
            watch.Offer(FeedItem.Removal("acme", device.Id, life: 1));
        }

        return Task.FromResult(
            watch.Drain(all: true).Where(update => update.Gone).Select(update => update.Entry.DeviceId).Order(StringComparer.Ordinal).ToArray());
    });

    private static IEnumerable<FilterCase> Asked => Table.Cases.Where(one => one.Health is null);

    private static Watch Of(FilterCase one) => new(new WatchQuery(one.StatusValues(), one.DeviceIds, one.Q, 5_000));
}
