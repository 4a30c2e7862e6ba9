using Microsoft.Extensions.Logging;

namespace Rollcall.Feed;

/// <summary>
/// What one gateway is to be told: one entry a device and one a command, newer changes folded in. One call is under way at a time
/// and at most one every 50 ms, so a slow gateway gets fewer, newer entries, and memory is bounded by the devices of this silo
/// and a number of commands, after which it is told that some were missed.
/// </summary>
internal sealed partial class GatewayLine : IDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int MostCommands = 10_000;
    private const int MostCharacters = 8 * 1024 * 1024;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _something = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CommandNews _commands = new(MostCommands, MostCharacters);
    private Dictionary<string, FeedItem> _pending = [];
    private bool _membershipChanged;
    private volatile IFeedObserver? _observer;

    public GatewayLine(TimeProvider clock, ILogger<GatewayLine> log)
    {
        (_clock, _log) = (clock, log);
        _ = Task.Run(SendAsync);
    }

    public void Reaches(IFeedObserver observer) => _observer = observer;

    public void Add(FeedItem item) => Change(
        item, static (line, item) => line._pending[item.DeviceId] = line._pending.TryGetValue(item.DeviceId, out var earlier) ? earlier.Then(item) : item);

    public void Add(CommandItem item) => Change(item, static (line, item) => line._commands.Add(item));

    /// <summary>What has become of some commands cannot be told.</summary>
    public void MissCommands() => Change(true, static (line, _) => line._commands.Miss());

    /// <summary>Lets the gateway know that a silo came or went, once for all that happens at a time.</summary>
    public void MembershipChanged() => Change(true, static (line, changed) => line._membershipChanged = changed);

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
                var (items, commands, missed, membershipChanged) = Take();
                if (items.Length > 0)
                {
                    await Send(observer => observer.Changed(items), items.Length);
                }

                if ((commands.Count > 0 || missed) && !await Send(observer => observer.CommandsChanged(commands, missed), commands.Count))
                {
                    MissCommands();
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

    private bool IsEmpty => _pending.Count == 0 && _commands.IsEmpty && !_membershipChanged;

    /// <summary>What changes it captures nothing: it is called for each beat of a fleet that is watched.</summary>
    private void Change<T>(T what, Action<GatewayLine, T> change)
    {
        bool first;
        lock (_gate)
        {
            first = IsEmpty;
            change(this, what);
        }

        if (first)
        {
            _something.Release();
        }
    }

    private (FeedItem[] Items, IReadOnlyList<CommandItem> Commands, bool Missed, bool MembershipChanged) Take()
    {
        lock (_gate)
        {
            var (commands, missed) = _commands.Take();
            var taken = (_pending.Values.ToArray(), commands, missed, _membershipChanged);
            (_pending, _membershipChanged) = ([], false);
            return taken;
        }
    }

    private async Task<bool> Send(Func<IFeedObserver, ValueTask> call, int changes)
    {
        try
        {
            await call(_observer!).AsTask().WaitAsync(Patience, _clock);
            return true;
        }
        catch (Exception lost)
        {
            // The gateway reads again what it watches; what it missed heals by that.
            LogLost(changes, lost);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "A gateway did not take {Count} changes")]
    private partial void LogLost(int count, Exception why);
}
