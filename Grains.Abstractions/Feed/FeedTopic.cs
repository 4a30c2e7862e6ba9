namespace Rollcall.Feed;

/// <summary>A kind of change that is published, from the twin to the portals that watch.</summary>
public sealed class FeedTopic
{
    /// <summary>The device itself: <see cref="FeedItem"/>.</summary>
    public static readonly FeedTopic Devices = new(
        "devices", keepsEnds: false, static (gateway, entries, _) => gateway.Changed([.. entries.Cast<FeedItem>()]));

    /// <summary>Its commands: <see cref="CommandItem"/>.</summary>
    public static readonly FeedTopic Commands = new(
        "commands", keepsEnds: true, static (gateway, entries, missed) => gateway.CommandsChanged([.. entries.Cast<CommandItem>()], missed));

    /// <summary>In the order in which they are sent: the device comes before what happens to it.</summary>
    public static readonly IReadOnlyList<FeedTopic> All = [Devices, Commands];

    private readonly Func<IFeedObserver, IReadOnlyList<IFeedEntry>, bool, ValueTask> _notify;

    private FeedTopic(string name, bool keepsEnds, Func<IFeedObserver, IReadOnlyList<IFeedEntry>, bool, ValueTask> notify) =>
        (Name, KeepsEnds, _notify) = (name, keepsEnds, notify);

    public string Name { get; }

    /// <summary>
    /// True: an end is never skipped. The entries are <see cref="IEndingEntry"/> and bounded, and a reader that cannot get all of them is told
    /// that some were missed. False: the newest entry of each device is enough, and a missed one heals with the next.
    /// </summary>
    public bool KeepsEnds { get; }

    /// <summary>Sends entries to a gateway.</summary>
    /// <param name="missed">Entries before these were lost.</param>
    public ValueTask Notify(IFeedObserver gateway, IReadOnlyList<IFeedEntry> entries, bool missed) => _notify(gateway, entries, missed);

    public override string ToString() => Name;
}
