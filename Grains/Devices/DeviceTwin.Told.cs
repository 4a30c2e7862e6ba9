using Rollcall.Commands;
using Rollcall.Feed;

namespace Rollcall.Devices;

/// <content>Who is told what has become of a command, once it is stored: whoever watches, and the calls that wait for its end.</content>
internal sealed partial class DeviceTwin
{
    /// <summary>A caller that has gone leaves its call behind until the end of the command.</summary>
    private const int MostWaiters = 8;

    /// <summary>Null: nobody ever waited. A million twins need no empty table each.</summary>
    private Dictionary<string, CommandWaiter[]>? _waiters;

    private void Await(Command command, CommandWaiter? waiter)
    {
        if (waiter is not null && command.IsOpen)
        {
            _waiters ??= [];
            _waiters[command.Id] = [.. (_waiters.GetValueOrDefault(command.Id) ?? []).TakeLast(MostWaiters - 1), waiter];
        }
    }

    private async ValueTask Tell(CommandChange change)
    {
        foreach (var (command, _, _) in change.Writes)
        {
            services.Parameters?.Keep(command);
        }

        var watched = services.Feed.IsWatched(_stored!.CustomerId);
        Command[] told = [.. change.Writes.Select(write => write.Command).Where(command => watched || IsAwaited(command))];
        if (told.Length > 0)
        {
            Tell(await Whole(told), watched);
        }

        foreach (var (command, _, _) in change.Writes)
        {
            if (!command.IsOpen)
            {
                services.Parameters?.Forget(command.Id);
                _waiters?.Remove(command.Id);
            }
        }
    }

    /// <param name="commands">Null: they cannot be read now. Whoever watches reads them again; whoever waits looks by himself.</param>
    private void Tell(IReadOnlyList<Command>? commands, bool watched)
    {
        if (commands is null)
        {
            services.Feed.Missed(_stored!.CustomerId, FeedTopic.Commands);
            return;
        }

        foreach (var command in commands)
        {
            if (watched)
            {
                services.Feed.Publish(new CommandItem(_stored!.CustomerId, command));
            }

            if (!command.IsOpen && _waiters?.Remove(command.Id, out var waiters) == true)
            {
                Array.ForEach(waiters, waiter => host.Ended(waiter, command));
            }
        }
    }

    private bool IsAwaited(Command command) => !command.IsOpen && _waiters?.ContainsKey(command.Id) == true;
}
