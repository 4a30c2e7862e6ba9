using StackExchange.Redis;

namespace Rollcall.Settings;

/// <summary>How we connect to Redis: one kind of options for each use.</summary>
public static class RedisOptions
{
    private const int HintTimeout = 2_000;

    /// <summary>For Orleans, whose silos and gateways find each other there.</summary>
    public static ConfigurationOptions ForMembership(RedisAddress address) => At(address);

    /// <summary>For hints. They are lost rather than waited for.</summary>
    public static ConfigurationOptions ForHints(RedisAddress address)
    {
        var options = At(address);
        options.ClientName = "rollcall-hints";
        (options.ConnectTimeout, options.AsyncTimeout) = (HintTimeout, HintTimeout);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return options;
    }

    private static ConfigurationOptions At(RedisAddress address) => new()
    {
        EndPoints = { { address.Host, address.Port } },
        User = address.User,
        Password = address.Password,
        Ssl = address.Tls,
        DefaultDatabase = address.Database,
        AbortOnConnectFail = false,
        ConfigCheckSeconds = 5, // A replica that was promoted is noticed in seconds, not in a minute.
    };
}
