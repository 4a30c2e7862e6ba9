using Rollcall.Feed;

namespace Rollcall.Hub;

/// <content>
/// Healing: what the store says is taken as if it had come by itself. While it is read, life goes on; what left meanwhile is
/// not brought back by an older answer.
/// </content>
internal sealed partial class Watch
{
    private readonly List<Healing> _healings = [];

    /// <summary>Before the store is read; to be disposed of when all of it is taken.</summary>
    public Healing BeginHealing(string customerId)
    {
        lock (_gate)
        {
            var healing = new Healing(this, customerId);
            _healings.Add(healing);
            return healing;
        }
    }

    /// <summary>One reading of the store for this watch. Several may run beside one another.</summary>
    internal sealed class Healing(Watch watch, string customerId) : IDisposable
    {
        private readonly HashSet<string> _left = [];

        /// <summary>What the store has in the filter.</summary>
        /// <returns>What the client has been told of and the store does not have there: it may have left the filter, or be no more.</returns>
        public IReadOnlyList<(string DeviceId, long Life)> Take(IReadOnlyList<DeviceVersion> stored)
        {
            lock (watch._gate)
            {
                foreach (var device in stored)
                {
                    TakeNews(device);
                }

                var there = stored.Select(device => device.Device.DeviceId).ToHashSet();
                return [.. watch._told.Where(told => !there.Contains(told.Key)).Select(told => (told.Key, told.Value.Life))];
            }
        }

        /// <summary>What the store has of the missing, whatever the filter.</summary>
        public void Take(IReadOnlyList<(string DeviceId, long Life)> missing, IReadOnlyList<DeviceVersion> found)
        {
            lock (watch._gate)
            {
                foreach (var device in found)
                {
                    TakeNews(device);
                }

                foreach (var gone in missing.ExceptBy(found.Select(device => device.Device.DeviceId), device => device.DeviceId))
                {
                    watch.Take(FeedItem.Removal(customerId, gone.DeviceId, gone.Life));
                }
            }
        }

        /// <summary>A device left the filter, or is no more: a word that is older than that must not bring it back. Under the watch's lock.</summary>
        public void Left(string deviceId) => _left.Add(deviceId);

        public void Dispose()
        {
            lock (watch._gate)
            {
                watch._healings.Remove(this);
            }
        }

        private void TakeNews(DeviceVersion device)
        {
            var id = device.Device.DeviceId;
            if (watch._told.TryGetValue(id, out var told) ? !told.Follows(VersionStamp.Of(device)) : !_left.Contains(id))
            {
                watch.Take(new FeedItem(customerId, id, device, FeedChange.Presence));
            }
        }
    }
}
