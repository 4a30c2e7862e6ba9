using Rollcall.Feed;

namespace Rollcall.Hub;

/// <content>
/// Healing: what the store says is taken as if it had come by itself. While it is read, life goes on; what left meanwhile is
/// not brought back by an older answer.
/// </content>
internal sealed partial class Watch
{
    private HashSet<string>? _left;

    /// <summary>Before the store is read.</summary>
    public void BeginHealing()
    {
        lock (_gate)
        {
            _left = [];
        }
    }

    /// <summary>What the store has in the filter.</summary>
    /// <returns>What the client has been told of and the store does not have there: it may have left the filter, or be no more.</returns>
    public IReadOnlyList<DeviceVersion> Heal(IReadOnlyList<DeviceVersion> stored, string customerId)
    {
        lock (_gate)
        {
            foreach (var device in stored)
            {
                TakeNews(device, customerId);
            }

            var there = stored.Select(device => device.Device.DeviceId).ToHashSet();
            return [.. _told.Where(told => !there.Contains(told.Key)).Select(told => told.Value)];
        }
    }

    /// <summary>What the store has of the missing, whatever the filter.</summary>
    public void EndHealing(IReadOnlyList<DeviceVersion> missing, IReadOnlyList<DeviceVersion> found, string customerId)
    {
        lock (_gate)
        {
            foreach (var device in found)
            {
                TakeNews(device, customerId);
            }

            foreach (var gone in missing.ExceptBy(found.Select(device => device.Device.DeviceId), device => device.Device.DeviceId))
            {
                Take(FeedItem.Removal(customerId, gone.Device.DeviceId, gone.Life));
            }

            _left = null;
        }
    }

    private void TakeNews(DeviceVersion device, string customerId)
    {
        var id = device.Device.DeviceId;
        if (_told.TryGetValue(id, out var told) ? !told.Follows(device) : _left?.Contains(id) != true)
        {
            Take(new FeedItem(customerId, id, device, FeedChange.Presence));
        }
    }
}
