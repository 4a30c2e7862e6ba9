using Microsoft.Extensions.Configuration;
using Npgsql;
using Rollcall.Migrations;
using Rollcall.Postgres.Reading;
using Rollcall.Support.Servers;

namespace Rollcall.Postgres.Connections;

/// <summary>Through PgBouncer, as it is installed.</summary>
public sealed class PoolerTests
{
    [Fact]
    public async Task In_session_mode_everything_works_and_every_session_is_set()
    {
        await using var server = await StartServerAsync();
        await using var pooler = await StartAsync(server, "session");
        var url = UrlOf(pooler);
        using (var tables = StoreTables.Open(Settings(url)))
        {
            tables.Migrator.Up();
        }

        StoreHosting.RequireMigrated(Settings(url));
        await using var store = PostgresTestStore.Of(url);
        var row = await store.Flip(await store.Create("lamp"));
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal([Session.Ours], await store.Ask<string>(Session.Asked));
            Assert.Equal([Session.Ours], await OfWriterAsync(store));
            await using var reminders = await store.Database.Reminders.OpenConnectionAsync();
            Assert.Equal([Session.Ours], await ((NpgsqlConnection)reminders)
                .AllAsync(Session.Asked, one => one.GetString(0), [], CancellationToken.None));
        }

        // The sessions behind it end, as by a failover: the pooler gives others, and these are set, too.
        await SharedPostgres.SayAsync(server.ConnectionString,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IS NOT NULL AND pid <> pg_backend_pid()");
        await Record.ExceptionAsync(() => store.Write(TestStore.Flipped(row)));
        await store.Devices.ProbeAsync(CancellationToken.None);
        Assert.Equal([Session.Ours], await store.Ask<string>(Session.Asked));
        Assert.Equal([Session.Ours], await OfWriterAsync(store));
        row = (await store.Row("lamp"))!;
        Assert.True((await store.Write(TestStore.Flipped(row)))[0]);
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("statement")]
    public async Task Another_mode_is_refused_in_a_sentence_by_silos_and_migrations(string mode)
    {
        await using var server = await StartServerAsync();
        MigratedServer.Migrate(server.ConnectionString);
        await using var pooler = await StartAsync(server, mode);
        foreach (var refused in new[]
        {
            Assert.Throws<SettingException>(() => StoreHosting.RequireMigrated(Settings(UrlOf(pooler)))),
            Assert.Throws<SettingException>(() => StoreTables.Open(Settings(UrlOf(pooler)))),
        })
        {
            Assert.Matches("^DATABASE_URL leads through a pooler .+ session mode.+\\.$", refused.Message);
        }
    }

    private static Task<List<string>> OfWriterAsync(PostgresTestStore store) => store.Writer.WriteAsync(
        connection => connection.AllAsync(Session.Asked, row => row.GetString(0), [], CancellationToken.None), CancellationToken.None);

    private static async Task<PostgresServer> StartServerAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var missing = MiddleServer.Missing("pgbouncer");
        Assert.SkipWhen(missing is not null, missing ?? "");
        return await PostgresServer.StartAsync();
    }

    /// <summary>
    /// As Debian configures it, with one server, nobody's password asked for, and its own answer to <c>options</c>: it refuses them.
    /// </summary>
    private static Task<MiddleServer> StartAsync(PostgresServer server, string mode)
    {
        var of = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        return MiddleServer.PgBouncerAsync((port, folder) => $"""
            [databases]
            postgres = host=127.0.0.1 port={of.Port} user={of.Username} password={of.Password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            default_pool_size = 30
            server_reset_query = DISCARD ALL
            """);
    }

    private static string UrlOf(MiddleServer pooler) => $"postgres://rollcall:unasked@127.0.0.1:{pooler.Port}/postgres?sslmode=disable";

    private static IConfiguration Settings(string url) => new ConfigurationBuilder().AddInMemoryCollection([new("DATABASE_URL", url)]).Build();
}
