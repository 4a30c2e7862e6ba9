using Rollcall.Devices;
using Rollcall.Feed;

namespace Rollcall.Commands;

/// <summary>Who is told what has become of a command, once it is stored: whoever watches, and the calls that wait for its end.</summary>
internal sealed class CommandNotifications(TwinTurn turn, ITwinHost host, TwinServices services)
{
    /// <summary>A caller that has gone leaves its call behind until the end of the command.</summary>
    private const int MostWaiters = 8;

    /// <summary>Null: nobody ever waited. A million twins need no empty table each.</summary>
    private Dictionary<string, CommandWaiter[]>? _waiters;

    /// <summary>The call is told of the command's end.</summary>
    public void Add(Command command, CommandWaiter waiter)
    {
        _waiters ??= [];
        _waiters[command.Id] = [.. (_waiters.GetValueOrDefault(command.Id) ?? []).TakeLast(MostWaiters - 1), waiter];
    }

    public async ValueTask Notify(IReadOnlyList<CommandChanged> writes)
    {
        foreach (var (command, _, _) in writes)
        {
            services.Parameters?.Keep(command);
        }

        var watched = services.Feed.IsWatched(turn.Row.CustomerId);
        Command[] told = [.. writes.Select(write => write.Command).Where(command => watched || IsAwaited(command))];
        if (told.Length > 0)
        {
            Notify(await new CommandReader(turn.DeviceId, services).Whole(told), watched);
        }

        foreach (var (command, _, _) in writes)
        {
            if (!command.IsOpen)
            {
                services.Parameters?.Forget(command.Id);
                _waiters?.Remove(command.Id);
            }
        }
    }

    /// <param name="commands">Null: they cannot be read now. Whoever watches reads them again; whoever waits looks by himself.</param>
    private void Notify(IReadOnlyList<Command>? commands, bool watched)
    {
        if (commands is null)
        {
            services.Feed.Missed(turn.Row.CustomerId, FeedTopic.Commands);
            return;
        }

        foreach (var command in commands)
        {
            if (watched)
            {
                services.Feed.Publish(new CommandItem(turn.Row.CustomerId, command));
            }

            if (!command.IsOpen && _waiters?.Remove(command.Id, out var waiters) == true)
            {
                Array.ForEach(waiters, waiter => host.Ended(waiter, command));
            }
        }
    }

    private bool IsAwaited(Command command) => !command.IsOpen && _waiters?.ContainsKey(command.Id) == true;
}
