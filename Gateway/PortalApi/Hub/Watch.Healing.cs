using Rollcall.Feed;

namespace Rollcall.PortalApi.Hub;

/// <content>
/// Healing: rows of the store are taken as if they had come over the feed. Changes come while the store is read; a device that left in the
/// meantime is not added again by an older row.
/// </content>
internal sealed partial class Watch
{
    private readonly List<Healing> _healings = [];

    /// <summary>To be called before the store is read; to be disposed of when all rows are taken.</summary>
    public Healing BeginHealing(string customerId)
    {
        lock (_gate)
        {
            var healing = new Healing(this, customerId);
            _healings.Add(healing);
            return healing;
        }
    }

    /// <summary>One read of the store for this watch. Several may run at the same time.</summary>
    internal sealed class Healing(Watch watch, string customerId) : IDisposable
    {
        private readonly HashSet<string> _left = [];

        /// <summary>Takes the rows that the store has in the filter.</summary>
        /// <returns>Devices that the client has been sent and that are not among the rows: they left the filter, or were removed.</returns>
        public IReadOnlyList<(string DeviceId, long Life)> TakeStored(IReadOnlyList<DeviceVersion> stored)
        {
            lock (watch._gate)
            {
                foreach (var device in stored)
                {
                    TakeNewer(device);
                }

                var there = stored.Select(device => device.Device.DeviceId).ToHashSet();
                return watch._sent.Except(there);
            }
        }

        /// <summary>Takes the rows that the store has of the missing devices, whatever the filter.</summary>
        public void TakeMissing(IReadOnlyList<(string DeviceId, long Life)> missing, IReadOnlyList<DeviceVersion> found)
        {
            lock (watch._gate)
            {
                foreach (var device in found)
                {
                    TakeNewer(device);
                }

                foreach (var gone in missing.ExceptBy(found.Select(device => device.Device.DeviceId), device => device.DeviceId))
                {
                    watch.Take(FeedItem.Removal(customerId, gone.DeviceId, gone.Life));
                }
            }
        }

        /// <summary>Notes that a device left the filter, or was removed: an older row must not add it again. Under the watch's lock.</summary>
        public void Left(string deviceId) => _left.Add(deviceId);

        public void Dispose()
        {
            lock (watch._gate)
            {
                watch._healings.Remove(this);
            }
        }

        private void TakeNewer(DeviceVersion device)
        {
            var id = device.Device.DeviceId;
            if (watch._sent.Find(id) is { } sent ? !sent.Follows(VersionStamp.Of(device)) : !_left.Contains(id))
            {
                watch.Take(new FeedItem(customerId, id, device, FeedChange.Presence));
            }
        }
    }
}
