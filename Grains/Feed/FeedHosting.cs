using Microsoft.Extensions.DependencyInjection;

namespace Rollcall.Feed;

internal static class FeedHosting
{
    /// <summary>What gateways that watch are told.</summary>
    public static ISiloBuilder AddFeed(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<Feed>().AddHostedService<MembershipWatch>();
        return silo;
    }
}
