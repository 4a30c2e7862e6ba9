using Rollcall.Devices;

namespace Rollcall.Feed;

/// <summary>A device and which version of it: the newest wins, whatever way and order it comes in.</summary>
/// <param name="Life">When the device was registered, milliseconds since 1970: the same id later is another device.</param>
/// <param name="Revision">Counts the writes of its row.</param>
[GenerateSerializer, Immutable, Alias("rollcall.device-version")]
public sealed record DeviceVersion([property: Id(0)] Device Device, [property: Id(1)] long Life, [property: Id(2)] long Revision)
{
    /// <summary>Not older than <paramref name="other"/>. The same version may know more: whether a connection is open is not in the row.</summary>
    public bool Follows(DeviceVersion other) => Life > other.Life || (Life == other.Life && Revision >= other.Revision);
}

/// <summary>The change of one device since the last item. Later items are conflated into earlier ones.</summary>
/// <param name="Now">The device; null: it is removed.</param>
/// <param name="What">All kinds of changes in it, skipped ones included.</param>
/// <param name="Ended">The <see cref="DeviceVersion.Life"/> that was removed; 0 while the device exists.</param>
[GenerateSerializer, Immutable, Alias("rollcall.feed-item")]
public sealed record FeedItem(
    [property: Id(0)] string CustomerId,
    [property: Id(1)] string DeviceId,
    [property: Id(2)] DeviceVersion? Now,
    [property: Id(3)] FeedChange What,
    [property: Id(4)] long Ended = 0) : IFeedEntry
{
    FeedTopic IFeedEntry.Topic => FeedTopic.Devices;

    string IFeedEntry.Key => DeviceId;

    /// <summary>Measured with 5,000 devices, rounded up.</summary>
    int IFeedEntry.Bytes => 200;

    /// <summary>The device with that life was removed.</summary>
    public static FeedItem Removal(string customerId, string deviceId, long life) => new(customerId, deviceId, null, FeedChange.Removed, life);

    /// <summary>A removal and the device created again come from different silos, in any order.</summary>
    IFeedEntry IFeedEntry.Then(IFeedEntry next) => Then((FeedItem)next);

    /// <summary>Conflates both, in whatever order they came.</summary>
    public FeedItem Then(FeedItem next) => (IsAfter(next) ? this : next) with { What = What | next.What };

    private bool IsAfter(FeedItem other) =>
        other.Now is { } then
            ? Now is { } now ? !then.Follows(now) : then.Life <= Ended
            : Now?.Life > other.Ended;
}

/// <summary>Kinds of changes.</summary>
[Flags]
public enum FeedChange
{
    /// <summary>A heartbeat: last seen, health, metrics.</summary>
    Beat = 0,

    /// <summary>Status or connection.</summary>
    Presence = 1,

    /// <summary>Name, location or mode.</summary>
    Profile = 2,

    /// <summary>The device is new.</summary>
    Registered = 4,

    /// <summary>The device was removed (if it exists again, it is another one).</summary>
    Removed = 8,
}

/// <summary>A gateway that watches customers. It puts what it receives into bounded buffers at once.</summary>
public interface IFeedObserver : IGrainObserver
{
    /// <summary>Changes of devices whose customers this gateway watches, at most every 50 ms.</summary>
    [Alias("changed")]
    ValueTask Changed(IReadOnlyList<FeedItem> items);

    /// <summary>Changes of commands of those customers' devices; the newest of each.</summary>
    /// <param name="missed">Entries before these were lost.</param>
    [Alias("commands-changed")]
    ValueTask CommandsChanged(IReadOnlyList<CommandItem> items, bool missed);

    /// <summary>A silo joined or left: its last changes may be lost, and a new one does not know the watchers yet.</summary>
    [Alias("membership-changed")]
    ValueTask MembershipChanged();
}
