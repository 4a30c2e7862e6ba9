using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Devices;
using Rollcall.Feed;
using Rollcall.Measuring;
using Rollcall.Fleet;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>What one customer's portals may take of a gateway's memory.</summary>
public sealed class PortalBytesTests(SharedGateway shared)
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _closed = [];

    [Fact]
    public void Of_what_was_told_no_row_is_kept_and_ids_are_shared()
    {
        var ids = new Dictionary<string, string>();
        var rows = new List<WeakReference>();
        var watches = Enumerable.Range(0, 3).Select(_ => new Watch(
            new WatchQuery(null, null, null, 5_000), share: id => ids.TryGetValue(id, out var shared) ? shared : ids[id] = id)).ToArray();
        Fill(watches, rows);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.DoesNotContain(rows, row => row.IsAlive);
        Assert.Equal(1_000, ids.Count);
        Assert.All(watches, watch => Assert.InRange(watch.Bytes, 64_000, 64_000));
    }

    [Fact]
    public async Task While_they_take_too_much_the_slowest_are_closed_and_no_more_than_that()
    {
        var feed = new CustomerFeed(
            "customer", shared.Gateway.Part<IGrainFactory>(), () => throw new NotSupportedException(), _clock, _ => { }, mostBytes: 200_000);
        var quick = await Add(feed, "quick", 1_000);
        var slow = await Add(feed, "slow", 1_000);
        var slower = await Add(feed, "slower", 1_000);
        Array.ForEach([quick, slow, slower], watch => watch.AnswerTaken());
        feed.Trim();
        Assert.Empty(_closed);

        for (var number = 0; number < 100; number++)
        {
            var item = new FeedItem("customer", Id(number), Version(number, 2), FeedChange.Presence);
            slower.Offer(item);
            slow.Offer(number < 10 ? item : new FeedItem("customer", "nobody's", null, FeedChange.Removed));
        }

        feed.Trim();
        Assert.Equal(["slower"], _closed);
        feed.Trim();
        Assert.Equal(["slower"], _closed);
    }

    [Fact]
    public async Task A_snapshot_that_is_not_read_counts_until_something_after_it_was_taken()
    {
        var feed = new CustomerFeed(
            "customer", shared.Gateway.Part<IGrainFactory>(), () => throw new NotSupportedException(), _clock, _ => { }, mostBytes: 1_000_000);
        var unread = await Add(feed, "unread", 1_500);
        Assert.InRange(unread.Backlog, 450_000, 600_000);
        var other = await Add(feed, "other", 1_500);
        other.AnswerTaken();
        Assert.Equal(0, other.Backlog);
        await Add(feed, "third", 500);
        feed.Trim();
        Assert.Equal([], _closed);
        await Add(feed, "fourth", 1_000);
        feed.Trim();
        Assert.Equal(["unread"], _closed);
    }

    [Fact]
    public void Names_of_metrics_that_did_not_fit_count_as_well()
    {
        var (plain, named) = (new Watch(new WatchQuery(null, null, null, 5_000)), new Watch(new WatchQuery(null, null, null, 5_000)));
        plain.Begin([Version(1, 1)]);
        named.Begin([Version(1, 1) with { Device = Version(1, 1).Device with { IgnoredMetrics = [.. Enumerable.Repeat(new string('x', 64), 10)] } }]);
        Assert.Equal(plain.Backlog + 640, named.Backlog);
    }

    private static void Fill(Watch[] watches, List<WeakReference> rows)
    {
        foreach (var watch in watches)
        {
            var snapshot = Enumerable.Range(0, 1_000).Select(number => Version(number, 1)).ToArray();
            rows.AddRange(snapshot.Select(row => new WeakReference(row)));
            watch.Begin(snapshot);
            watch.AnswerTaken();
        }
    }

    private async Task<Watch> Add(CustomerFeed feed, string name, int devices)
    {
        var connection = new PortalConnection(new Nobody(), () => _closed.Add(name), shared.Gateway.Part<GatewayMeter>(), _clock,
            NullLogger.Instance);
        var watch = new Watch(new WatchQuery(null, null, null, 5_000), share: feed.Share);
        await connection.ReplaceAsync(watch);
        watch.Begin([.. Enumerable.Range(0, devices).Select(number => Version(number, 1))]);
        feed.Add(name, connection);
        return watch;
    }

    private static string Id(int number) => $"device-{number}";

    private static DeviceVersion Version(int number, long revision) => new(
        new Device(
            new string(Id(number)), "customer", null, null, DeviceMode.Active, DeviceStatus.Online, null, null, default, null, false, null, 1),
        Life: 1, revision);

    private sealed class Nobody : ISingleClientProxy
    {
        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task<T> InvokeCoreAsync<T>(string method, object?[] args, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
