using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Fleet;

public sealed class FleetWatchTests
{
    private readonly FleetState _state = new();
    private readonly List<(WatchRequest Request, TaskCompletionSource<WatchAnswer> Answer)> _asked = [];
    private readonly FleetWatch _watch;
    private FleetFilter _filter = FleetFilter.None;

    public FleetWatchTests() => _watch = new FleetWatch(_state, () => _filter);

    [Fact]
    public async Task A_fleet_that_is_all_here_is_asked_for_once_and_never_for_a_filter()
    {
        var begun = _watch.BeginAsync(Ask);
        _filter = new FleetFilter("pump", null);
        Answer(truncated: false, "a", "b");
        await begun;
        await _watch.ChangeAsync(Ask);
        Assert.Equal(["all"], Asked());
        Assert.Equal(2, _state.Entries.Count);
    }

    [Fact]
    public async Task Of_a_fleet_that_is_too_large_the_server_is_asked_for_what_the_filter_leaves()
    {
        _filter = new FleetFilter("pump", "online");
        var begun = _watch.BeginAsync(Ask);
        Answer(truncated: true, "a", "b");
        Answer(truncated: false, "pump");
        await begun;
        Assert.Equal(["all", "pump"], Asked());
        Assert.Equal(["pump"], Ids());
        Assert.True(_state.Truncated);

        _filter = FleetFilter.None;
        var changed = _watch.ChangeAsync(Ask);
        Answer(truncated: true, "a", "b");
        await changed;
        Assert.Equal(["all", "pump", "all"], Asked());
    }

    [Fact]
    public async Task A_filter_that_changed_before_the_first_answer_is_followed()
    {
        var begun = _watch.BeginAsync(Ask);
        _filter = new FleetFilter("pump", null);
        Answer(truncated: true, "a", "b");
        Answer(truncated: false, "pump");
        await begun;
        Assert.Equal(["pump"], Ids());
    }

    [Fact]
    public async Task Filters_that_change_while_one_is_asked_for_wait_and_only_the_newest_is_asked_for_then()
    {
        await BegunTruncatedAsync();
        List<Task> changes = [];
        foreach (var search in new[] { "p", "pu", "pump" })
        {
            _filter = new FleetFilter(search, null);
            changes.Add(_watch.ChangeAsync(Ask));
        }

        Assert.Equal(["all", "p"], Asked());
        Answer(truncated: false, "p");
        Answer(truncated: false, "pump");
        await Task.WhenAll(changes);
        Assert.Equal(["all", "p", "pump"], Asked());
        Assert.Equal(["pump"], Ids());
    }

    [Fact]
    public async Task What_comes_before_an_answer_is_merged_into_it_also_for_the_second_filter()
    {
        await BegunTruncatedAsync();
        _filter = new FleetFilter("pump", null);
        var changed = _watch.ChangeAsync(Ask);
        _state.Apply([Some.Device("pump", "offline", seq: 2).Bare()]);
        Answer(truncated: false, "pump");
        await changed;
        Assert.Equal("offline", _state.Find("pump")!.Now.Status);
    }

    [Fact]
    public async Task A_watch_that_fails_is_told_and_lets_the_next_connection_begin()
    {
        await BegunTruncatedAsync();
        _filter = new FleetFilter("pump", null);
        var changed = _watch.ChangeAsync(Ask);
        _asked[^1].Answer.SetException(new IOException());
        await Assert.ThrowsAsync<IOException>(() => changed);
        await BegunTruncatedAsync();
    }

    private async Task BegunTruncatedAsync()
    {
        var begun = _watch.BeginAsync(Ask);
        Answer(truncated: true, "a", "b");
        if (!_filter.IsEmpty)
        {
            Answer(truncated: false, "pump");
        }

        await begun;
    }

    private Task<WatchAnswer> Ask(WatchRequest request)
    {
        // Continued at once, as on a page's one thread.
        var answer = new TaskCompletionSource<WatchAnswer>();
        _asked.Add((request, answer));
        return answer.Task;
    }

    private void Answer(bool truncated, params string[] ids) =>
        _asked[^1].Answer.SetResult(Some.Snapshot([.. ids.Select(id => Some.Device(id))]) with { Truncated = truncated });

    private string[] Asked() => [.. _asked.Select(one => one.Request.Q ?? "all")];

    private string[] Ids() => [.. _state.Entries.Select(entry => entry.Now.DeviceId)];
}
