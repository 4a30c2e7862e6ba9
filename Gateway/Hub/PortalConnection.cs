using Microsoft.AspNetCore.SignalR;
using Rollcall.Commands;
using Rollcall.Customers;
using Rollcall.Feed;
using Rollcall.Measuring;

namespace Rollcall.Hub;

/// <summary>
/// One portal's connection: sends what its watch has for it. It waits for its own socket and for nobody else's; what comes
/// meanwhile is folded together.
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

    /// <summary>Bytes of memory that its watch takes, about; and of these what waits for its client.</summary>
    public (long Bytes, long Backlog) Size =>
        _closed || _watch is not { } watch ? (0, 0) : (watch.Bytes + ((_commandsOf?.Count ?? 0) * Watch.NamedBytes), watch.Backlog);

    public void Start() => _ = Task.Run(SendAsync);

    /// <summary>Watches this from now on. What is on its way of the former watch goes first: never after the new one's snapshot.</summary>
    /// <param name="watch">Null: nothing.</param>
    /// <param name="acknowledges">The client says what it has taken, and is sent no more than it can take.</param>
    public async Task ReplaceAsync(Watch? watch, bool acknowledges = false)
    {
        await _sending.WaitAsync(_stop.Token);
        watch?.CommandsOf = _commandsOf;
        _watch = watch;
        _sentCounts = null;
        _window.Begin(acknowledges);
        _sending.Release();
    }

    /// <summary>The client has taken all up to a mark.</summary>
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

    /// <summary>From now on changes of these devices' commands are sent; null: of all that are watched.</summary>
    public void WatchCommands(IReadOnlyList<string>? deviceIds)
    {
        _commandsOf = deviceIds?.ToHashSet();
        _watch?.CommandsOf = _commandsOf;
    }

    /// <summary>Something is to be sent at once.</summary>
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
            // Somebody else was quicker.
        }
    }

    public void Offer(CountsBody counts) => _counts = counts;

    /// <summary>Ends it for the sake of its customer's others; the client may come again.</summary>
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
                // While the client is behind there is nothing to wake up for but its word.
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
            // A line that says nothing any more and looks alive would be worst: the portal connects again and watches anew.
            LogEnded(failed);
            abort();
        }
    }

    /// <returns>False: the client has to take what it was sent first.</returns>
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

    /// <summary>Sends what has a message of its own.</summary>
    /// <returns>What goes with those of other devices in one message.</returns>
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

    /// <summary>What has ended could not be told in time: the portal is to know that it has missed something.</summary>
    private sealed class BehindException : Exception;
}
