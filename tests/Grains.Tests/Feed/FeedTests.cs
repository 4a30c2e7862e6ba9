using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Devices;

namespace Rollcall.Feed;

public sealed class FeedTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Feed _feed;
    private readonly RecordingFeedObserver _a = new();
    private readonly RecordingFeedObserver _b = new();

    public FeedTests() => _feed = new Feed(_clock, NullLoggerFactory.Instance);

    public void Dispose() => _feed.Dispose();

    [Fact]
    public async Task A_gateway_of_which_a_moved_interest_does_not_know_yet_is_still_told()
    {
        Learn("acme", ("a", _a));
        Learn("acme", ("b", _b));
        _feed.Publish(Item("acme", 1));
        await Eventually.IsSoAsync(() => _a.Heard.Count == 1 && _b.Heard.Count == 1);
    }

    [Fact]
    public async Task A_gateway_that_does_not_say_again_that_it_watches_is_forgotten_and_nothing_is_kept_for_it()
    {
        Learn("acme", ("a", _a));
        _clock.Advance(SubscriptionRules.Lifetime + TimeSpan.FromSeconds(1));
        Assert.True(_feed.IsWatched("acme"));
        _feed.Publish(Item("acme", 1));
        Assert.False(_feed.IsWatched("acme"));

        Learn("other", ("b", _b));
        Assert.Equal(1, _feed.Outboxes);
        _feed.Publish(Item("other", 1));
        await Eventually.IsSoAsync(() => _b.Heard.Count == 1);
        Assert.Empty(_a.Heard);
    }

    [Fact]
    public async Task Customers_that_are_watched_no_more_go_with_the_next_sweep()
    {
        for (var number = 0; number < 1_000; number++)
        {
            Learn($"customer-{number}", ("a", _a));
        }

        _clock.Advance(SubscriptionRules.Lifetime + TimeSpan.FromSeconds(1));
        Learn("acme", ("b", _b));
        Assert.DoesNotContain(Enumerable.Range(0, 1_000), number => _feed.IsWatched($"customer-{number}"));
        _feed.MembershipChanged();
        _feed.MembershipChanged();
        await Eventually.IsSoAsync(() => _b.ChangesOfMembership > 0);
        Assert.Equal(0, _a.ChangesOfMembership);
    }

    [Fact]
    public async Task A_gateway_that_is_slow_gets_one_entry_a_device_and_the_newest()
    {
        Learn("acme", ("a", _a));
        _feed.Publish(Item("acme", 1));
        await Eventually.IsSoAsync(() => _a.Heard.Count == 1);

        // The clock stands: the next call is due in 50 ms.
        for (var revision = 2; revision <= 100; revision++)
        {
            _feed.Publish(Item("acme", revision));
        }

        await Eventually.IsSoAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(_a.Heard.Count > 1);
        }, step: Eventually.ShortestStep);
        Assert.Equal(100, Assert.Single(_a.Heard.Skip(1)).Now!.Revision);
    }

    private static FeedItem Item(string customer, long revision) => new(
        customer, "lamp", new DeviceVersion(
            new Device("lamp", customer, null, null, DeviceMode.Active, DeviceStatus.Online, null, null, default, null, false, null, 1), 1, revision),
        FeedChange.Presence);

    private void Learn(string customer, params (string Name, IFeedObserver Ear)[] gateways) =>
        _feed.Update(customer, gateways.ToDictionary(gateway => gateway.Name, gateway => gateway.Ear));
}
