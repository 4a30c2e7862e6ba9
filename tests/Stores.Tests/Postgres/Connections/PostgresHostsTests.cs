using Microsoft.Extensions.Configuration;
using Npgsql;
using Rollcall.Support.Processes;

namespace Rollcall.Postgres.Connections;

/// <summary>DATABASE_URL with several hosts, and which of them will do.</summary>
public sealed class PostgresHostsTests
{
    [Fact]
    public async Task Of_several_hosts_the_one_that_takes_writes_is_used_by_all()
    {
        var of = new NpgsqlConnectionStringBuilder(await SharedPostgres.NewDatabaseAsync());
        var url = $"postgres://{of.Username}:{of.Password}@127.0.0.1:{Ports.Free()},127.0.0.1:{of.Port}/{of.Database}";
        StoreHosting.RequireMigrated(new ConfigurationBuilder().AddInMemoryCollection([new("DATABASE_URL", url)]).Build());
        await using var store = PostgresTestStore.Of(url);
        var row = await store.Flip(await store.Create("lamp"));
        Assert.Equal(row, await store.Row("lamp"));
        await store.Devices.ProbeAsync(CancellationToken.None);
        await using var reminders = await store.Database.Reminders.OpenConnectionAsync();
    }

    [Fact]
    public async Task A_server_that_only_reads_will_not_do_where_writing_is_wished()
    {
        var of = new NpgsqlConnectionStringBuilder(await SharedPostgres.NewDatabaseAsync());
        await SharedPostgres.SayAsync(of.ConnectionString, $"ALTER DATABASE {of.Database} SET default_transaction_read_only = on");
        var url = $"postgres://{of.Username}:{of.Password}@127.0.0.1:{of.Port}/{of.Database}";
        await using (var any = PostgresTestStore.Of(url + "?target_session_attrs=primary"))
        {
            Assert.Null(await any.Row("lamp"));
        }

        await using var store = PostgresTestStore.Of(url + "?target_session_attrs=read-write");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Row("lamp"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Create("lamp"));
    }
}
