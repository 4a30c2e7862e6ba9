namespace Rollcall.Feed;

/// <summary>A kind of what is told of devices, from the twin to the portals that watch.</summary>
public sealed class FeedTopic
{
    /// <summary>The device itself: <see cref="FeedItem"/>.</summary>
    public static readonly FeedTopic Devices = new(
        "devices", keepsEnds: false, static (gateway, entries, _) => gateway.Changed([.. entries.Cast<FeedItem>()]));

    /// <summary>Its commands: <see cref="CommandItem"/>.</summary>
    public static readonly FeedTopic Commands = new(
        "commands", keepsEnds: true, static (gateway, entries, missed) => gateway.CommandsChanged([.. entries.Cast<CommandItem>()], missed));

    /// <summary>In the order in which they are told: what happens to a device comes after the device.</summary>
    public static readonly IReadOnlyList<FeedTopic> All = [Devices, Commands];

    private readonly Func<IFeedObserver, IReadOnlyList<IFeedEntry>, bool, ValueTask> _notify;

    private FeedTopic(string name, bool keepsEnds, Func<IFeedObserver, IReadOnlyList<IFeedEntry>, bool, ValueTask> tell) =>
        (Name, KeepsEnds, _notify) = (name, keepsEnds, tell);

    public string Name { get; }

    /// <summary>
    /// An end is never skipped: its entries are <see cref="IEndingEntry"/>, bounded, and a reader who cannot be told of all of them is told that some
    /// were missed. Else the newest entry of each device says it all, and what a reader misses heals.
    /// </summary>
    public bool KeepsEnds { get; }

    /// <summary>Tells a gateway.</summary>
    /// <param name="missed">There were others before, which could not be told.</param>
    public ValueTask Notify(IFeedObserver gateway, IReadOnlyList<IFeedEntry> entries, bool missed) => _notify(gateway, entries, missed);

    public override string ToString() => Name;
}
