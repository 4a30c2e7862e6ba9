using Microsoft.Extensions.Configuration;

namespace Rollcall.Settings;

/// <summary>What a process is part of. Chosen by DATABASE_URL and REDIS_URL alone.</summary>
public static class Deployment
{
    /// <summary>CLUSTER_ID: silos and gateways that belong together name the same. Default <c>rollcall</c>.</summary>
    public static string ClusterId(IConfiguration configuration) => configuration.Text("CLUSTER_ID") ?? "rollcall";

    /// <summary>The service's name in Orleans' own tables; it outlives clusters.</summary>
    public const string ServiceId = "rollcall";

    /// <summary>Where a gateway finds its cluster; null: it hosts a silo itself.</summary>
    /// <exception cref="SettingException">DATABASE_URL is set: a gateway that is taken over must hold no password of the database.</exception>
    public static RedisAddress? OfGateway(IConfiguration configuration)
    {
        if (configuration.Text("DATABASE_URL") is not null)
        {
            throw new SettingException("DATABASE_URL", "is for silos: a gateway takes REDIS_URL alone, or neither and keeps the roll itself.");
        }

        return RedisAddress.Read(configuration);
    }

    /// <summary>The cluster of a silo.</summary>
    /// <exception cref="SettingException">DATABASE_URL or REDIS_URL is missing or wrong.</exception>
    public static RedisAddress OfSilo(IConfiguration configuration)
    {
        if (configuration.Text("DATABASE_URL") is null)
        {
            throw new SettingException("DATABASE_URL",
                "must be set for a silo, with REDIS_URL; for everything in one process run the gateway alone.");
        }

        return RedisAddress.Read(configuration)
            ?? throw new SettingException("REDIS_URL", "must be set for a silo, with DATABASE_URL: silos find each other there.");
    }
}
