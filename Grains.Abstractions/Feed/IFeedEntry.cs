namespace Rollcall.Feed;

/// <summary>
/// The change of one thing of a device since the last entry. Only the newest is sent; earlier ones are conflated into it.
/// </summary>
public interface IFeedEntry
{
    FeedTopic Topic { get; }

    string CustomerId { get; }

    string DeviceId { get; }

    /// <summary>Identifies the thing within its topic: entries with the same key are conflated.</summary>
    string Key { get; }

    /// <summary>Approximate bytes of memory that it takes while it waits.</summary>
    int Bytes { get; }

    /// <summary>Conflates both. They may come in the wrong order: the result is the newer one, with what only the other one knows.</summary>
    IFeedEntry Then(IFeedEntry next);
}

/// <summary>An entry of a thing that has an end. Whoever got an entry of the thing also gets the end.</summary>
public interface IEndingEntry : IFeedEntry
{
    /// <summary>The thing has ended: nothing follows that anybody waits for.</summary>
    bool IsEnd { get; }

    /// <summary>Not older than <paramref name="other"/>.</summary>
    bool Follows(IEndingEntry other);

    /// <summary>The same without its content: only its state.</summary>
    IEndingEntry Bare();
}
