using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Rollcall.Http.Problems;

namespace Rollcall.Auth;

/// <summary>Bounds the sign-ins of one address, so that nobody guesses secrets, or keeps the pool of checks busy, for long.</summary>
internal static class AddressLimit
{
    /// <summary>Joining, and the dashboard's door: one too many is refused.</summary>
    public const string Policy = "address";

    public static IServiceCollection AddAddressLimit(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton<SignInTurns>();
        return services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(
                Policy, context => RateLimitPartition.GetTokenBucketLimiter(Network(context.Connection.RemoteIpAddress), _ => Rate(settings)));
            limiter.OnRejected = async (rejected, _) => await Problem.RateLimited().ExecuteAsync(rejected.HttpContext);
        });
    }

    public static TokenBucketRateLimiterOptions Rate(GatewaySettings settings) => new()
    {
        TokenLimit = settings.AuthBurst,
        TokensPerPeriod = settings.AuthRate,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    /// <summary>One customer of a provider has a whole /64 of IPv6 addresses; it counts as one.</summary>
    public static IPAddress Network(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6 || address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
