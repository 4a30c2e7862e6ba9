using Microsoft.Extensions.Configuration;

namespace Rollcall.Settings;

/// <summary>A kind of process, by what it reads of the settings.</summary>
[Flags]
public enum ProcessKind
{
    /// <summary>A silo of a cluster: runs a share of the twins.</summary>
    Silo = 1,

    /// <summary>A gateway of a cluster: serves devices and portals.</summary>
    Gateway = 2,

    /// <summary>Both in one process.</summary>
    Embedded = 4,
}

/// <summary>
/// Which kind of process reads a setting. One that is set where nobody reads it would silently do nothing, so it is refused,
/// as a bad value is.
/// </summary>
public static class SettingReaders
{
    private const ProcessKind Twins = ProcessKind.Silo | ProcessKind.Embedded;
    private const ProcessKind Doors = ProcessKind.Gateway | ProcessKind.Embedded;
    private const ProcessKind Cluster = ProcessKind.Silo | ProcessKind.Gateway;
    private const ProcessKind All = Twins | Doors;

    /// <summary>
    /// All of ours, except those in groups of other programs (<c>OTEL_*</c>, <c>Logging__*</c>, the agent's). The keys and the
    /// bootstrap's two are taken everywhere, because one shell exports them for all (README); PORT, because platforms set it.
    /// </summary>
    public static IReadOnlyDictionary<string, ProcessKind> Known { get; } = new Dictionary<ProcessKind, string>
    {
        [Twins] = """
            DEVICE_HEARTBEAT_INTERVAL DEVICE_HEARTBEAT_TIMEOUT DEVICE_SESSION_TTL DEVICE_LINK_GRACE COMMANDS_MOST COMMAND_RETENTION_DAYS
            PRESENCE_RETENTION_DAYS BCRYPT_COST BCRYPT_CONCURRENCY BCRYPT_PATIENCE BCRYPT_WAITING ACTIVATION_CODE_TTL ENROLMENT_KEYS_MOST
            JOURNAL_MAX_RECORDS JOURNAL_MAX_BYTES JOURNAL_PATIENCE WRONG_SECRETS_MOST GOODBYE_RATE GOODBYE_BURST PRESENCE_EVENTS_MOST
            PRESENCE_EVENTS_MB COMMAND_BYTES COMMAND_CUSTOMER_BYTES COMMAND_CACHE_BYTES LIST_READS LIST_READS_WAITING
            """,
        [ProcessKind.Silo] = """
            SILO_ADDRESS SILO_PORT SILO_GATEWAY_PORT SILO_PROBE_TIMEOUT SILO_PROBES_MISSED SILO_REBALANCE_PERIOD DATABASE_POOL METRICS
            """,
        [Doors] = """
            LISTEN_ADDRESS METRICS_PORT METRICS_ADDRESS HEALTH_ADDRESS PUBLIC_URL TRUSTED_PROXIES REFERENCE SEND_BUFFER COLD_CALLS
            COLD_CALLS_WAITING COLD_CALLS_PATIENCE PORTAL_BYTES DASHBOARD_CUSTOMERS CORS_ORIGINS AUTH_RATE AUTH_BURST COMMAND_WAITS
            PORTAL_CONNECTIONS PORTAL_COMMANDS PORTAL_WATCH_RATE PORTAL_WATCH_BURST PORTAL_CALLS PORTAL_JWT_ISSUER PORTAL_JWT_AUDIENCE
            PORTAL_JWT_AUTHORITY DEVICE_LINKS DEVICE_LINK_QUEUE DEVICE_LINK_PING DEVICE_LINK_PATIENCE DEVICE_LINK_DRAIN
            """,
        [ProcessKind.Embedded] = "DATA_DIR Demo:Devices",
        [Cluster] = "CLUSTER_ID",
        [All] = """
            DATABASE_URL REDIS_URL PORT SESSION_SIGNING_KEYS PORTAL_JWT_KEY BOOTSTRAP_CUSTOMER BOOTSTRAP_ENROLMENT_KEY DASHBOARD LOG_FORMAT
            LOG_QUEUE CONNECTIONS CONNECTION_PATIENCE HEALTH_PORT
            """,
    }.SelectMany(group => group.Value.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(name => (name, group.Key)))
        .ToDictionary(one => one.name, one => one.Key);

    /// <summary>Refuses what is set for another kind of process.</summary>
    /// <exception cref="SettingException">Something is; the sentence names it and who reads it.</exception>
    public static void RefuseOthers(this IConfiguration configuration, ProcessKind here)
    {
        foreach (var (name, readers) in Known)
        {
            // A service link of Kubernetes or Docker was not set by anybody.
            if ((readers & here) == 0 && configuration.Text(name) is { } text && !Setting.IsServiceLink(text))
            {
                throw new SettingException(
                    name.Replace(":", "__", StringComparison.Ordinal),
                    $"is read by {Names(readers)}, and does nothing in {Name(here)}: set it there, or unset it.");
            }
        }
    }

    private static string Names(ProcessKind readers) => readers switch
    {
        ProcessKind.Silo => "silos",
        Twins => "silos and a gateway that keeps the roll itself",
        Doors => "gateways",
        ProcessKind.Embedded => "a gateway that keeps the roll itself",
        _ => "silos and gateways of a cluster",
    };

    private static string Name(ProcessKind kind) => kind switch
    {
        ProcessKind.Silo => "a silo",
        ProcessKind.Gateway => "a gateway of a cluster (REDIS_URL)",
        _ => "a gateway that keeps the roll itself (neither DATABASE_URL nor REDIS_URL)",
    };
}
