using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Rollcall.Postgres;

/// <summary>The database of a cluster, from DATABASE_URL and DATABASE_POOL. Connects when it is first asked.</summary>
public sealed class PostgresDatabase : IAsyncDisposable, IDisposable
{
    // What DATABASE_URL says wins over these. A server that falls silent is noticed by the timeouts while something is asked
    // of it (seconds), and by the kernel's probes while nothing is.
    // Kerberos is not asked for: the attempt alone complains on standard error where its library is missing, as in our images.
    private const string Defaults =
        "GssEncryptionMode=Disable;Application Name=rollcall;Timeout=3;Command Timeout=10;Cancellation Timeout=500;" +
        "Tcp Keepalive=true;Tcp Keepalive Time=5;Tcp Keepalive Interval=2;Maximum Pool Size=";

    // Whatever the database's own defaults are: a commit that is answered is on the disk, a statement sees what is committed,
    // nobody waits for a lock longer than the journal has patience, and an abandoned transaction ends.
    private const string Session =
        "-c synchronous_commit=on -c default_transaction_isolation=read\\ committed -c lock_timeout=1500 -c idle_in_transaction_session_timeout=30000";

    private PostgresDatabase(NpgsqlConnectionStringBuilder connection)
    {
        connection.Options = connection.Options is { Length: > 0 } more ? $"{more} {Session}" : Session;
        ConnectionString = connection.ConnectionString;
        Pool = NpgsqlDataSource.Create(connection);
        connection.Pooling = false;
        connection.MaxAutoPrepare = 20;
        connection.AutoPrepareMinUsages = 2;
        Single = NpgsqlDataSource.Create(connection);
    }

    /// <summary>For the providers of others. Holds the password: never to be shown.</summary>
    public string ConnectionString { get; }

    /// <summary>For the providers of others: the same connections as <see cref="Pool"/>.</summary>
    public System.Data.Common.DbDataSource DataSource => Pool;

    /// <summary>Connections for reading and for rare writes, at most DATABASE_POOL.</summary>
    internal NpgsqlDataSource Pool { get; }

    /// <summary>Connections that their opener keeps, with statements prepared.</summary>
    internal NpgsqlDataSource Single { get; }

    /// <exception cref="SettingException">DATABASE_URL or DATABASE_POOL is wrong.</exception>
    public static PostgresDatabase From(IConfiguration configuration) => From(
        configuration.Text("DATABASE_URL") ?? throw new SettingException("DATABASE_URL", "is not set: postgres://user:password@host:port/database."),
        configuration.Number("DATABASE_POOL", DefaultPool, 2, 1_000));

    /// <summary>Default of DATABASE_POOL: connections that one silo reads with at most.</summary>
    public const int DefaultPool = 20;

    internal static PostgresDatabase From(string url, int pool = DefaultPool) =>
        new(new NpgsqlConnectionStringBuilder($"{Defaults}{pool};{PostgresUrl.Parse(url).ConnectionString}"));

    public void Dispose()
    {
        Pool.Dispose();
        Single.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await Single.DisposeAsync();
    }
}
