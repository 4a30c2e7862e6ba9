using Rollcall.Commands;

namespace Rollcall.Feed;

/// <summary>A change of a command, for watchers of its device.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.command-item")]
public sealed record CommandItem([property: Id(0)] string CustomerId, [property: Id(1)] Command Command) : IEndingEntry
{
    FeedTopic IFeedEntry.Topic => FeedTopic.Commands;

    string IFeedEntry.DeviceId => Command.DeviceId;

    string IFeedEntry.Key => Command.Id;

    int IFeedEntry.Bytes => (2 * (Length(Command.Parameters) + Length(Command.Result) + Length(Command.Error))) + FeedBuffer.Overhead;

    bool IEndingEntry.IsEnd => !Command.IsOpen;

    IFeedEntry IFeedEntry.Then(IFeedEntry next) => ((CommandItem)next).Command.Follows(Command) ? next : this;

    bool IEndingEntry.Follows(IEndingEntry other) => Command.Follows(((CommandItem)other).Command);

    IEndingEntry IEndingEntry.Bare() => this with { Command = Command with { Parameters = null } };

    private static int Length(string? text) => text?.Length ?? 0;
}
