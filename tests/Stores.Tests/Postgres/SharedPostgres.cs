using Npgsql;
using Rollcall.Migrations;
using Rollcall.Postgres;
using Rollcall.Support.Servers;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace Rollcall.Postgres;

/// <summary>One server for all tests of this run, started by the first that asks; every test has a database of its own.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private const string Template = "template_of_tests";
    private static readonly Lazy<Task<PostgresServer>> Server = new(StartAsync);
    private static int _databases;

    /// <summary>A database with its tables up to date, or an empty one. Without PostgreSQL the test is skipped.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> NewDatabaseAsync(bool empty = false)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var server = await Server.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await SayAsync(server.ConnectionString, $"CREATE DATABASE {name} TEMPLATE {(empty ? "template1" : Template)}");
        return server.Database(name);
    }

    public static async Task SayAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Server.IsValueCreated)
        {
            await (await Server.Value).DisposeAsync();
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync();
        await SayAsync(server.ConnectionString, $"CREATE DATABASE {Template}");
        MigratedServer.Migrate(server.Database(Template));
        return server;
    }
}

/// <summary>A server for one test alone.</summary>
internal static class MigratedServer
{
    /// <summary>Its database <c>postgres</c> has its tables. Without PostgreSQL the test is skipped.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var server = await PostgresServer.StartAsync();
        Migrate(server.ConnectionString);
        return server;
    }

    public static void Migrate(string database)
    {
        using var migrator = Migrator.ForPostgres(database + ";Pooling=false");
        migrator.Up();
    }
}
