using Microsoft.Extensions.Logging;

namespace Rollcall.Feed;

/// <summary>
/// What one gateway is to be told: one entry a device, newer changes folded in. One call is under way at a time and at most
/// one every 50 ms, so a slow gateway gets fewer, newer entries, and memory is bounded by the devices of this silo.
/// </summary>
internal sealed partial class GatewayLine : IDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _something = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private Dictionary<string, FeedItem> _pending = [];
    private volatile IFeedObserver? _observer;

    public GatewayLine(TimeProvider clock, ILogger<GatewayLine> log)
    {
        (_clock, _log) = (clock, log);
        _ = Task.Run(SendAsync);
    }

    public void Reaches(IFeedObserver observer) => _observer = observer;

    public void Add(FeedItem item)
    {
        bool first;
        lock (_gate)
        {
            first = _pending.Count == 0;
            _pending[item.DeviceId] = _pending.TryGetValue(item.DeviceId, out var earlier) ? earlier.Then(item) : item;
        }

        if (first)
        {
            _something.Release();
        }
    }

    /// <summary>Only stops: a twin that looked this line up before may still add to it, and must not fail in its turn.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task SendAsync()
    {
        try
        {
            var stop = _stop.Token;
            while (true)
            {
                await _something.WaitAsync(stop);
                await Send(Take());
                await Task.Delay(Gather, _clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private FeedItem[] Take()
    {
        lock (_gate)
        {
            var taken = _pending.Values.ToArray();
            _pending = [];
            return taken;
        }
    }

    private async Task Send(FeedItem[] items)
    {
        try
        {
            await _observer!.Changed(items).AsTask().WaitAsync(Patience, _clock);
        }
        catch (Exception lost)
        {
            // The gateway reads again what it watches; what it missed heals by that.
            LogLost(items.Length, lost);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A gateway did not take {Count} changes")]
    private partial void LogLost(int count, Exception why);
}
