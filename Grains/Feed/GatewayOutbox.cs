using Microsoft.Extensions.Logging;

namespace Rollcall.Feed;

/// <summary>
/// Entries to send to one gateway: the newest of each thing. One call is under way at a time, and at most one every 50 ms, so a slow gateway
/// gets fewer, newer entries. Memory is bounded by the devices of this silo and by a number of entries with an end, beyond which the gateway
/// is told that some were missed.
/// </summary>
internal sealed partial class GatewayOutbox : IDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private const int MostEnding = 10_000;
    private const int MostText = 16 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly FeedBuffer _waiting = new(MostEnding, FeedBuffer.BytesOf(MostEnding, MostText));
    private bool _membershipChanged;
    private volatile IFeedObserver? _observer;

    public GatewayOutbox(TimeProvider clock, ILogger<GatewayOutbox> log)
    {
        (_clock, _log) = (clock, log);
        _ = Task.Run(SendAsync);
    }

    public void SetObserver(IFeedObserver observer) => _observer = observer;

    public void Add(IFeedEntry entry) => Change(entry, static (outbox, entry) => outbox._waiting.Add(entry));

    /// <summary>An entry of a topic cannot be sent.</summary>
    public void Miss(FeedTopic topic) => Change(topic, static (outbox, topic) => outbox._waiting.Miss(topic));

    /// <summary>Tells the gateway that a silo joined or left; several changes at a time are one call.</summary>
    public void MembershipChanged() => Change(true, static (outbox, changed) => outbox._membershipChanged = changed);

    /// <summary>Only stops: a twin that holds this outbox may still add to it, and must not fail in its turn.</summary>
    public void Dispose() => _stop.Cancel();

    private async Task SendAsync()
    {
        try
        {
            var stop = _stop.Token;
            while (true)
            {
                await _signal.WaitAsync(stop);
                var (portions, membershipChanged) = TakePortions();
                foreach (var (topic, entries, missed) in portions)
                {
                    if (!await Send(observer => topic.Notify(observer, entries, missed), entries.Count) && topic.KeepsEnds)
                    {
                        Miss(topic);
                    }
                }

                if (membershipChanged)
                {
                    await Send(observer => observer.MembershipChanged(), 0);
                }

                await Task.Delay(Gather, _clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private bool IsEmpty => _waiting.IsEmpty && !_membershipChanged;

    /// <summary>The delegate captures nothing: it runs for each heartbeat of a watched fleet.</summary>
    private void Change<T>(T what, Action<GatewayOutbox, T> change)
    {
        bool first;
        lock (_gate)
        {
            first = IsEmpty;
            change(this, what);
        }

        if (first)
        {
            _signal.Release();
        }
    }

    private (IReadOnlyList<FeedPortion> Portions, bool MembershipChanged) TakePortions()
    {
        lock (_gate)
        {
            var taken = (_waiting.Take(), _membershipChanged);
            _membershipChanged = false;
            return taken;
        }
    }

    private async Task<bool> Send(Func<IFeedObserver, ValueTask> call, int changes)
    {
        try
        {
            await call(_observer!).AsTask().WaitAsync(Timeout, _clock);
            return true;
        }
        catch (Exception lost)
        {
            // The gateway reads again what it watches, which makes up for the loss.
            LogLost(changes, lost);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Count} changes could not be sent to a gateway")]
    private partial void LogLost(int count, Exception why);
}
