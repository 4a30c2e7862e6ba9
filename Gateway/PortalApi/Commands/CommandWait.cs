using System.Collections.Concurrent;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.PortalApi.Commands;

/// <summary>
/// Lets callers wait for the end of a command. They wait here, never in a grain's turn: the twin notifies this gateway when the end is stored. A
/// twin that was lost meanwhile does not know of them, so they also read the command every two seconds.
/// </summary>
internal sealed class CommandWait(IGrainFactory grains, GatewaySettings settings, IHostApplicationLifetime lifetime, TimeProvider clock)
    : ICommandObserver
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Command>> _waiting = new();
    private ICommandObserver? _reference;
    private readonly ConcurrentDictionary<string, int> _ofCustomers = new();
    private int _entered;

    public ValueTask Ended(string token, Command command)
    {
        _waiting.GetValueOrDefault(token)?.TrySetResult(command);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends a command and waits for its end.</summary>
    /// <param name="send">Sends it for this waiter; null: nobody waits, or too many do already.</param>
    /// <returns>The command at its end, or as it is when the time is over or this gateway stops.</returns>
    public async Task<CommandReply> UntilEndedAsync(
        string customerId, Func<CommandWaiter?, Task<CommandReply>> send, TimeSpan most, CancellationToken gone)
    {
        if (most <= TimeSpan.Zero)
        {
            return await send(null);
        }

        if (!Enter(customerId))
        {
            Leave(customerId);
            return await send(null);
        }

        var token = Guid.NewGuid().ToString("N");
        var ended = _waiting[token] = new TaskCompletionSource<Command>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var sent = await send(new CommandWaiter(_reference ??= grains.CreateObjectReference<ICommandObserver>(this), token));
            return sent is { Refusal: Refusal.None, Command.IsOpen: true }
                ? sent with { Command = await UntilEndedAsync(customerId, sent.Command, ended.Task, most, gone) }
                : sent;
        }
        finally
        {
            _waiting.TryRemove(token, out _);
            Leave(customerId);
        }
    }

    /// <summary>Counts a caller in. One customer has half of the waits at most, so that another's caller finds one.</summary>
    private bool Enter(string customerId) =>
        (Interlocked.Increment(ref _entered) <= settings.CommandWaits)
        & (_ofCustomers.AddOrUpdate(customerId, 1, static (_, waits) => waits + 1) <= (settings.CommandWaits + 1) / 2);

    private void Leave(string customerId)
    {
        Interlocked.Decrement(ref _entered);
        if (_ofCustomers.AddOrUpdate(customerId, 0, static (_, waits) => waits - 1) == 0)
        {
            _ofCustomers.TryRemove(KeyValuePair.Create(customerId, 0));
        }
    }

    private async Task<Command> UntilEndedAsync(string customerId, Command command, Task<Command> ended, TimeSpan most, CancellationToken gone)
    {
        var begun = clock.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        while (!ended.IsCompleted && most - clock.GetElapsedTime(begun) is { Ticks: > 0 } left && !over.IsCancellationRequested)
        {
            await ((Task)ended).WaitAsync(left < Look ? left : Look, clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            command = ended.IsCompleted ? command : await ReadAsync(customerId, command);
            if (!command.IsOpen)
            {
                return command;
            }
        }

        return ended.IsCompletedSuccessfully ? await ended : command;
    }

    private async Task<Command> ReadAsync(string customerId, Command command)
    {
        try
        {
            var read = grains.GetFleet(customerId).Command(command.DeviceId, command.Id).AsTask();
            return (await read.WaitAsync(Look, clock)).Command ?? command;
        }
        catch (Exception away) when (away is StoreUnavailableException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            // It is committed; the caller can read it later.
            return command;
        }
    }
}
