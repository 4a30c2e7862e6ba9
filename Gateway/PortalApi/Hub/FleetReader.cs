using System.Diagnostics.CodeAnalysis;
using Rollcall.Feed;
using Rollcall.Fleet;

namespace Rollcall.PortalApi.Hub;

/// <summary>Reads one customer's devices and commands from the store, for all its portals at this gateway.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody takes holds nothing.")]
internal sealed class FleetReader(string customerId, IGrainFactory grains)
{
    // One customer's portals must not use all reads of the store, which twins need, too. Healing and counting, one read
    // at a time each, do not queue behind portals that watch anew again and again.
    private readonly SemaphoreSlim _places = new(2);

    public string CustomerId => customerId;

    /// <summary>A query for these devices alone.</summary>
    public static WatchQuery ById(IReadOnlyList<(string DeviceId, long Life)> devices) =>
        new(null, [.. devices.Select(device => device.DeviceId)], null, Math.Max(1, devices.Count));

    /// <summary>Reads at once.</summary>
    public Task<Snapshot> ReadSnapshotAsync(WatchQuery query) => grains.GetFleet(customerId).Snapshot(query).AsTask();

    /// <summary>Reads when fewer than two others do that wait their turn.</summary>
    public async Task<Snapshot> ReadInTurnAsync(WatchQuery query)
    {
        await _places.WaitAsync();
        try
        {
            return await ReadSnapshotAsync(query);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Reads again what has not ended, by topic.</summary>
    /// <param name="portion">Entries of one topic.</param>
    public async Task<IEndingEntry[]> ReadUnfinishedAsync(IEndingEntry[] portion)
    {
        var ids = portion.Select(entry => (entry.DeviceId, entry.Key)).ToArray();
        return portion[0].Topic == FeedTopic.Commands
            ? [.. (await grains.GetFleet(customerId).CommandsNamed(ids)).Select(command => new CommandItem(customerId, command))]
            : throw new NotSupportedException($"Topic {portion[0].Topic} has no second read.");
    }
}
