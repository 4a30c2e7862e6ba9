using System.Diagnostics.CodeAnalysis;

namespace Rollcall.Portal.Fleet;

/// <summary>
/// What the hub is asked to watch: the whole fleet, unless it is too large; then what the filter leaves of it. One watch at a
/// time, and at last the one with the newest filter, however fast it changes. Knows nothing of the connection.
/// </summary>
/// <param name="filter">The newest filter.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody takes holds nothing.")]
public sealed class FleetWatch(FleetState state, Func<FleetFilter> filter)
{
    private const int Limit = 5_000;
    private readonly SemaphoreSlim _turn = new(1);
    private FleetFilter? _watched;

    /// <summary>On a new connection: whatever was watched before is no more.</summary>
    /// <param name="watch">The hub's <c>Watch</c>. When it fails nothing is known to be watched: the connection is to be given up.</param>
    public async Task BeginAsync(Func<WatchRequest, Task<WatchAnswer>> watch)
    {
        await _turn.WaitAsync();
        try
        {
            state.Expect();
            await FollowAsync(watch, filter(), await watch(new WatchRequest(null, null, Limit)));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The filter has changed.</summary>
    /// <param name="watch">As for <see cref="BeginAsync"/>.</param>
    public async Task ChangeAsync(Func<WatchRequest, Task<WatchAnswer>> watch)
    {
        await _turn.WaitAsync();
        try
        {
            if (state.Truncated && filter() != _watched)
            {
                state.Expect();
                await FollowAsync(watch, filter(), null);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="all">The answer for the whole fleet, when that was asked for just now.</param>
    private async Task FollowAsync(Func<WatchRequest, Task<WatchAnswer>> watch, FleetFilter wanted, WatchAnswer? all)
    {
        while (true)
        {
            var answer = all?.Truncated != false && !wanted.IsEmpty
                ? await watch(wanted.ToRequest(Limit)) with { Truncated = true }
                : all ?? await watch(new WatchRequest(null, null, Limit));
            state.Take(answer);
            _watched = wanted;
            all = null;
            wanted = filter();
            if (!state.Truncated || wanted == _watched)
            {
                return;
            }

            state.Expect();
        }
    }
}
