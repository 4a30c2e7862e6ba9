using Rollcall.Devices;
using Rollcall.Devices.Turn;
using Rollcall.Feed;

namespace Rollcall.Commands;

/// <summary>Notifies watchers, and the calls that wait for a command's end, once a change of the command is stored.</summary>
internal sealed class CommandNotifications(TwinTurn turn, ITwinHost host, TwinServices services)
{
    /// <summary>A caller that is gone leaves its waiter behind until the command ends.</summary>
    private const int MostWaiters = 8;

    /// <summary>Null: nobody has waited yet. A million twins need no empty dictionary each.</summary>
    private Dictionary<string, CommandWaiter[]>? _waiters;

    /// <summary>The waiter is notified when the command ends.</summary>
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
        Command[] notified = [.. writes.Select(write => write.Command).Where(command => watched || IsAwaited(command))];
        if (notified.Length > 0)
        {
            Publish(await new CommandReader(turn.DeviceId, services).Whole(notified), watched);
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

    /// <param name="commands">Null: they cannot be read now. Watchers read them again; waiting calls poll.</param>
    private void Publish(IReadOnlyList<Command>? commands, bool watched)
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
