using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>The database of a cluster, from DATABASE_URL and DATABASE_POOL. Connects at the first use.</summary>
public sealed class PostgresDatabase : IAsyncDisposable, IDisposable
{
    // DATABASE_URL overrides these. A server that does not answer is noticed by the timeouts during a call (seconds), and by the kernel's
    // probes while the connection is idle.
    // Kerberos is not asked for: the attempt alone complains on standard error where its library is missing, as in our images.
    private const string Defaults =
        "GssEncryptionMode=Disable;Application Name=rollcall;Timeout=3;Command Timeout=10;Cancellation Timeout=500;" +
        "Tcp Keepalive=true;Tcp Keepalive Time=5;Tcp Keepalive Interval=2;Host Recheck Seconds=1;Maximum Pool Size=";

    private readonly PostgresHosts _single;

    private PostgresDatabase(NpgsqlConnectionStringBuilder connection, TimeProvider clock)
    {
        // A reset at the return to the pool would undo the session's settings. No code leaves state in a session.
        connection.NoResetOnClose = true;
        PoolSize = connection.MaxPoolSize;
        Pool = new PostgresConnections(connection, clock);
        ForReminders = new PostgresConnections(connection, clock);
        connection.Pooling = false;
        if (!connection.Host!.Contains(',', StringComparison.Ordinal))
        {
            connection.TargetSessionAttributes = null;
        }

        ConnectionString = connection.ConnectionString;
        connection.MaxAutoPrepare = 40;
        connection.AutoPrepareMinUsages = 2;
        _single = PostgresHosts.Build(connection);
    }

    /// <summary>For connections without a pool, whose sessions are not set yet. Contains the password: never show it.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// For the provider of reminders, which writes whenever a device comes online: connections of its own, as many, so that no read waits
    /// behind a fleet that comes online.
    /// </summary>
    public DbDataSource Reminders => ForReminders;

    /// <summary>Connections for reading and for rare writes, at most DATABASE_POOL.</summary>
    internal PostgresConnections Pool { get; }

    /// <summary>The size of <see cref="Pool"/>.</summary>
    internal int PoolSize { get; }

    /// <summary>Connections that the caller keeps, with prepared statements.</summary>
    internal NpgsqlDataSource Single => _single.Source;

    private PostgresConnections ForReminders { get; }

    /// <exception cref="SettingException">DATABASE_URL or DATABASE_POOL is wrong.</exception>
    public static PostgresDatabase From(IConfiguration configuration) => From(
        configuration.Text("DATABASE_URL") ?? throw new SettingException("DATABASE_URL", "is not set: postgres://user:password@host:port/database."),
        configuration.Number("DATABASE_POOL", DefaultPool, 2, 1_000));

    /// <summary>Default of DATABASE_POOL: connections that one silo reads with at most.</summary>
    public const int DefaultPool = 20;

    internal static PostgresDatabase From(string url, int pool = DefaultPool, TimeProvider? clock = null)
    {
        var parsed = PostgresUrl.Parse(url);
        try
        {
            return new(new NpgsqlConnectionStringBuilder($"{Defaults}{pool};{parsed.ConnectionString}"), clock ?? TimeProvider.System);
        }
        catch (Exception contradictory)
            when (contradictory is ArgumentException or FormatException or NotSupportedException or InvalidOperationException)
        {
            // Its message may quote the value.
            throw new SettingException("DATABASE_URL", "has parameters that do not go together, or a port that is no number.");
        }
    }

    public void Dispose()
    {
        Pool.Dispose();
        ForReminders.Dispose();
        _single.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await ForReminders.DisposeAsync();
        await _single.DisposeAsync();
    }
}
