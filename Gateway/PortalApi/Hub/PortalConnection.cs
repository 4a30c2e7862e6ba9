using Microsoft.AspNetCore.SignalR;
using Rollcall.Commands;
using Rollcall.Feed;
using Rollcall.Measuring;
using Rollcall.PortalApi.Commands;
using Rollcall.PortalApi.Devices;

namespace Rollcall.PortalApi.Hub;

/// <summary>
/// One portal's connection: sends the updates of its watch. It waits for its own socket and for no other; updates that come in the meantime
/// are conflated.
/// </summary>
internal sealed partial class PortalConnection(
    ISingleClientProxy client, Action abort, GatewayMeter meter, TimeProvider clock, ILogger log) : IDisposable
{
    private const int MostInOneMessage = 500;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _urgent = new(0, 1);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly FlowWindow _window = new();
    private volatile Watch? _watch;
    private volatile HashSet<string>? _commandsOf;
    private CountsBody? _counts, _sentCounts;
    private volatile bool _closed;

    public Watch? Watch => _watch;

    /// <summary>Approximate bytes of memory that its watch takes; and of these, the bytes that wait for its client.</summary>
    public (long Bytes, long Backlog) Size =>
        _closed || _watch is not { } watch ? (0, 0) : (watch.Bytes + ((_commandsOf?.Count ?? 0) * Watch.NamedBytes), watch.Backlog);

    public void Start() => _ = Task.Run(SendAsync);

    /// <summary>Replaces the watch. Updates of the former watch that are being sent go first: never after the new one's snapshot.</summary>
    /// <param name="watch">Null: none.</param>
    /// <param name="acknowledges">The client acknowledges what it has taken, and is sent no more than the window allows.</param>
    public async Task ReplaceAsync(Watch? watch, bool acknowledges = false)
    {
        await _sending.WaitAsync(_stop.Token);
        watch?.CommandsOf = _commandsOf;
        _watch = watch;
        _sentCounts = null;
        _window.Begin(acknowledges);
        _sending.Release();
    }

    /// <summary>Notes that the client has taken all updates up to a mark.</summary>
    /// <returns>False: there is no such mark.</returns>
    public bool Acknowledge(long mark)
    {
        var known = _window.Take(mark);
        Hurry();
        return known;
    }

    public void Offer(IFeedEntry entry)
    {
        if (_watch?.Offer(entry) == true)
        {
            Hurry();
        }
    }

    /// <summary>Sends changes of these devices' commands from now on; null: of all watched devices.</summary>
    public void WatchCommands(IReadOnlyList<string>? deviceIds)
    {
        _commandsOf = deviceIds?.ToHashSet();
        _watch?.CommandsOf = _commandsOf;
    }

    /// <summary>Wakes the sender: there is something to send at once.</summary>
    public void Hurry()
    {
        try
        {
            if (_urgent.CurrentCount == 0)
            {
                _urgent.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another thread released it first.
        }
    }

    public void OfferCounts(CountsBody counts) => _counts = counts;

    /// <summary>Closes it in favour of its customer's other connections; the client may reconnect.</summary>
    public void Close()
    {
        _closed = true;
        LogTooLarge();
        meter.PortalBehind();
        abort();
    }

    public void Dispose() => _stop.Cancel();

    private async Task SendAsync()
    {
        try
        {
            var lastCalm = clock.GetTimestamp();
            while (true)
            {
                // While the window is closed, only an acknowledgement has to wake it.
                var left = _window.IsOpen ? Calm - clock.GetElapsedTime(lastCalm) : Calm;
                await WaitUrgent(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                var calm = clock.GetElapsedTime(lastCalm) >= Calm;
                if (await SendNext(calm) && calm)
                {
                    lastCalm = clock.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (BehindException)
        {
            LogBehind();
            meter.PortalBehind();
            abort();
        }
        catch (Exception failed)
        {
            // A connection that looks alive and sends nothing would be worst: the portal reconnects and watches anew.
            LogEnded(failed);
            abort();
        }
    }

    /// <returns>False: the client has to acknowledge what it was sent first.</returns>
    private async Task<bool> SendNext(bool calm)
    {
        await _sending.WaitAsync(_stop.Token);
        try
        {
            if (!_window.IsOpen)
            {
                return false;
            }

            var watch = _watch;
            var updates = watch?.Drain(all: calm) ?? [];
            if (watch?.IsBehind == true)
            {
                throw new BehindException();
            }

            meter.Conflated(watch?.TakeConflated() ?? 0);
            await Send(updates);
            meter.Sent(updates.Count);
            if (_window.Sent(updates.Count) is { } mark)
            {
                await client.SendAsync("device_mark", mark, _stop.Token);
            }

            if (calm && _counts is { } counts && counts != _sentCounts)
            {
                _sentCounts = counts;
                await client.SendAsync("device_counts", counts, _stop.Token);
                watch?.AnswerTaken();
            }

            return true;
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task WaitUrgent(TimeSpan most)
    {
        using var timer = new CancellationTokenSource(most, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _stop.Token);
        try
        {
            await _urgent.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
        }
    }

    private async Task Send(IReadOnlyList<ClientUpdate> updates)
    {
        var stop = _stop.Token;
        foreach (var gone in updates.Where(update => update.Gone))
        {
            await client.SendAsync("device_removed", new RemovedBody(gone.Entry.DeviceId), stop);
        }

        var statuses = new List<object>(updates.Count);
        foreach (var update in updates)
        {
            statuses.AddRange(update.Entry is FeedItem { Now: not null } item ? await SendDevice(item, update.Entering) : []);
        }

        foreach (var some in statuses.Chunk(MostInOneMessage))
        {
            await client.SendAsync("device_status", some, stop);
        }

        foreach (var command in updates.Select(update => update.Entry).OfType<CommandItem>())
        {
            await client.SendAsync("command_result", CommandBody.Of(command.Command), stop);
        }
    }

    /// <summary>Sends the device's updates that have a message of their own.</summary>
    /// <returns>Updates that go with those of other devices in one message.</returns>
    private async Task<IEnumerable<object>> SendDevice(FeedItem item, bool entering)
    {
        var device = DeviceBody.Of(item.Now!.Device);
        if (item.What.HasFlag(FeedChange.Registered))
        {
            await client.SendAsync("device_registered", device, _stop.Token);
            return [];
        }

        if (item.What.HasFlag(FeedChange.Profile) && !entering)
        {
            await client.SendAsync("device_updated", device, _stop.Token);
            if (item.What == FeedChange.Profile)
            {
                return [];
            }
        }

        return [entering ? device : DeviceStatusBody.Of(device)];
    }

    [LoggerMessage(LogLevel.Debug, "A portal is closed: changes of more commands wait for it than PORTAL_COMMANDS, or of more than 4 Mi characters")]
    private partial void LogBehind();

    [LoggerMessage(LogLevel.Debug, "A portal is closed: those of its customer take more memory than PORTAL_BYTES, and it was the slowest")]
    private partial void LogTooLarge();

    [LoggerMessage(LogLevel.Warning, "A portal's connection ends by a fault of ours")]
    private partial void LogEnded(Exception why);

    /// <summary>An entry that has an end was dropped before it was sent: the portal has to reconnect, and so learns that it missed some.</summary>
    private sealed class BehindException : Exception;
}
