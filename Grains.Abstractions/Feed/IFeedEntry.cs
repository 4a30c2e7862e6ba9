namespace Rollcall.Feed;

/// <summary>
/// What has become of one thing of a device since the reader was last told. The newest of each is told; earlier ones are folded into it.
/// </summary>
public interface IFeedEntry
{
    FeedTopic Topic { get; }

    string CustomerId { get; }

    string DeviceId { get; }

    /// <summary>Names the thing among its topic's: entries of one key are folded together.</summary>
    string Key { get; }

    /// <summary>Bytes of memory that it takes while it waits, about.</summary>
    int Bytes { get; }

    /// <summary>Both as one. They may come in the wrong order: the answer is the newer of the two, with what the other alone can say.</summary>
    IFeedEntry Then(IFeedEntry next);
}

/// <summary>Of a thing that has an end, of which whoever was told of the thing is told, too.</summary>
public interface IEndingEntry : IFeedEntry
{
    /// <summary>Nothing follows that anybody waits for.</summary>
    bool IsEnd { get; }

    /// <summary>Not older than <paramref name="other"/>.</summary>
    bool Follows(IEndingEntry other);

    /// <summary>The same without what it carries: how far it has come.</summary>
    IEndingEntry Bare();
}
