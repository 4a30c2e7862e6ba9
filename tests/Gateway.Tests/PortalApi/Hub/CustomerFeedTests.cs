using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Feed;
using Rollcall.Measuring;
using Rollcall.Fleet;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>When one customer's portals are to read again, by a clock of the test's.</summary>
public sealed class CustomerFeedTests(SharedGateway shared)
{
    private readonly TestGateway _gateway = shared.Gateway;
    private readonly FakeTimeProvider _clock = new();
    private SubscriptionReply _reply = Silos(1);

    [Fact]
    public async Task A_renewal_in_time_reads_nothing_again_and_one_that_came_too_late_does()
    {
        var (feed, watch) = await MissingADeviceAsync();
        _clock.Advance(TimeSpan.FromSeconds(20));
        await feed.JoinAsync();
        await IsHealedAsync(feed, watch, expected: false);
        _clock.Advance(SubscriptionRules.Lifetime + TimeSpan.FromSeconds(1));
        await feed.JoinAsync();
        await IsHealedAsync(feed, watch, expected: true);
    }

    [Fact]
    public async Task Other_silos_than_before_are_a_reason_to_read_again()
    {
        var (feed, watch) = await MissingADeviceAsync();
        _reply = Silos(1, 2);
        await feed.JoinAsync();
        await IsHealedAsync(feed, watch, expected: true);
    }

    [Fact]
    public async Task After_a_change_of_membership_the_silos_are_told_first_and_then_all_is_read()
    {
        var (feed, watch) = await MissingADeviceAsync();
        feed.MembershipChanged();
        await IsHealedAsync(feed, watch, expected: true);
    }

    /// <summary>Its snapshot was read before there was a device, and nobody told of it.</summary>
    private async Task<(CustomerFeed Feed, Watch Watch)> MissingADeviceAsync()
    {
        var customer = TestGateway.NewName("customer");
        await TestDevice.CreateAsync(_gateway, customer);
        var feed =
            new CustomerFeed(customer, _gateway.Part<IGrainFactory>(), () => Task.FromResult(_reply), _clock, fault => Assert.Fail(fault.ToString()));
        var connection = new PortalConnection(new Nobody(), () => { }, _gateway.Part<GatewayMeter>(), _clock, NullLogger.Instance);
        var watch = new Watch(new WatchQuery(null, null, null, 10));
        await connection.ReplaceAsync(watch);
        watch.Begin([]);
        feed.Add("connection", connection);
        await feed.JoinAsync();
        return (feed, watch);
    }

    private static async Task IsHealedAsync(CustomerFeed feed, Watch watch, bool expected)
    {
        feed.BeginDueWork();
        if (expected)
        {
            await Eventually.GetAsync(
                () =>
                {
                    feed.BeginDueWork();
                    return Task.FromResult(watch.Waiting);
                },
                waiting => waiting == 1);
        }
        else
        {
            await feed.JoinAsync();
            feed.BeginDueWork();
            Assert.Equal(0, watch.Waiting);
        }
    }

    private static SubscriptionReply Silos(params int[] generations) =>
        new([.. generations.Select(generation => SiloAddress.New(System.Net.IPAddress.Loopback, 11_111, generation))], Everyone: true);

    private sealed class Nobody : ISingleClientProxy
    {
        public Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task<T> InvokeCoreAsync<T>(string method, object?[] args, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
