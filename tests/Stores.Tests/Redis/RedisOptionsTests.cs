using System.Net;

namespace Rollcall.Redis;

public sealed class RedisOptionsTests
{
    private static readonly RedisAddress Address = new("host", 7000, "me", "secret", Tls: true, Database: 5);

    [Fact]
    public void Both_uses_connect_to_the_same_place_and_notice_a_promoted_replica_soon() => Assert.All(
        [RedisOptions.ForHints(Address), RedisOptions.ForMembership(Address)],
        options =>
        {
            Assert.Equal(new DnsEndPoint("host", 7000), Assert.Single(options.EndPoints));
            Assert.Equal(("me", "secret", true, 5), (options.User, options.Password, options.Ssl, options.DefaultDatabase));
            Assert.Equal((false, 5), (options.AbortOnConnectFail, options.ConfigCheckSeconds));
        });

    /// <summary>One that waits would hold up all after it.</summary>
    [Fact]
    public void A_hint_gives_up_soon()
    {
        var options = RedisOptions.ForHints(Address);
        Assert.Equal((2_000, 2_000, "rollcall-hints"), (options.ConnectTimeout, options.AsyncTimeout, options.ClientName));
        Assert.False(options.BacklogPolicy.QueueWhileDisconnected);
    }

    /// <summary>A silo that does not wait would find no cluster.</summary>
    [Fact]
    public void Membership_waits_as_the_client_does_by_itself()
    {
        var options = RedisOptions.ForMembership(Address);
        Assert.Equal((5_000, 5_000, null), (options.ConnectTimeout, options.AsyncTimeout, options.ClientName));
        Assert.True(options.BacklogPolicy.QueueWhileDisconnected);
    }
}
