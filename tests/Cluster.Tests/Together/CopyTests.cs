using Npgsql;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;
using Rollcall.Support.Servers;

namespace Rollcall.Together;

/// <summary>The verb <c>copy</c>, with its own program and a real PostgreSQL.</summary>
public sealed class CopyTests(ITestOutputHelper output)
{
    private const int Devices = 8;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Killed_in_the_middle_and_repeated_it_copies_everything()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using var server = await PostgresServer.StartAsync();
        await using var place = new Installation(Devices, TimeSpan.FromSeconds(60));
        var gateway = await place.StartAsync();
        using (var portal = Portal.Of(place, gateway))
        {
            await Eventually.IsSoAsync(
                async () => (await portal.DevicesAsync("demo-")).Count(device => device.Status == "online") == Devices - 1, Soon,
                () => "all are online but the one in maintenance");
        }

        await gateway.Process.KillAsync();
        await EndsWellAsync(place.RunWith(new() { ["DATABASE_URL"] = server.Url, ["DATA_DIR"] = "" }, "migrate", "up"));

        // Half a second for each transition: the program is killed among them.
        await SayAsync(server, """
            CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END';
            CREATE TRIGGER rest BEFORE INSERT ON presence_events FOR EACH ROW EXECUTE FUNCTION rest();
            """);
        var killed = place.Run("copy", "--to", server.Url);
        await Eventually.IsSoAsync(async () => await AskAsync(server, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") > 0, Soon,
            () => $"it copies transitions: {killed.Said}");
        await killed.KillAsync();
        await Eventually.IsSoAsync(
            async () => await AskAsync(server, "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
                + " AND backend_type = 'client backend'") == 0,
            Soon, () => "its transaction is over");
        Assert.Equal(0, await AskAsync(server, "SELECT count(*) FROM devices"));

        await SayAsync(server, "DROP TRIGGER rest ON presence_events");
        await EndsWellAsync(place.Run("copy", "--to", server.Url));
        Assert.Equal(Devices, await AskAsync(server, "SELECT count(*) FROM devices"));
        Assert.Equal(Devices, await AskAsync(server, "SELECT sum(devices_total)::bigint FROM customer_counts"));
        var again = place.Run("copy", "--to", server.Url);
        Assert.Equal(2, await again.ExitCodeAsync(Soon));
        Assert.Contains("not empty", again.Said, StringComparison.Ordinal);
    }

    private async Task EndsWellAsync(Child program)
    {
        var code = await program.ExitCodeAsync(Soon);
        output.WriteLine(program.Said);
        Assert.True(code == 0, program.Said);
    }

    private static Task SayAsync(PostgresServer server, string sql) => RunAsync(server, sql, command => command.ExecuteNonQueryAsync());

    private static async Task<long> AskAsync(PostgresServer server, string sql) =>
        (long)(await RunAsync(server, sql, command => command.ExecuteScalarAsync()))!;

    private static async Task<T> RunAsync<T>(PostgresServer server, string sql, Func<NpgsqlCommand, Task<T>> run)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await run(command);
    }
}
