using System.Net.Sockets;
using Npgsql;
using Rollcall.Support.Servers;

namespace Rollcall.Servers;

/// <summary>The servers that tests run are what they say.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task PostgreSQL_keeps_what_was_committed_through_kill_9_and_falls_silent_when_paused()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using var server = await PostgresServer.StartAsync();
        await Say(server, "CREATE TABLE kept AS SELECT 1 AS one");
        await server.StopAsync(kill: true);
        await Assert.ThrowsAsync<NpgsqlException>(() => Say(server, "SELECT 1"));

        await server.StartAgainAsync();
        Assert.Equal(1, await Say(server, "SELECT one FROM kept"));
        Assert.Equal("on", await Say(server, "SHOW fsync"));

        server.Pause();
        await Assert.ThrowsAnyAsync<Exception>(() => Say(server, "SELECT 1"));
        server.Resume();
        Assert.Equal(1, await Say(server, "SELECT one FROM kept"));
        await server.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redis_keeps_its_data_with_an_append_only_file_and_loses_them_without(bool appendOnly)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        await using var server = await RedisServer.StartAsync(appendOnly, password: "secret");
        Assert.Equal("-NOAUTH Authentication required.", await Say(server, "GET kept", password: null));
        Assert.Equal("+OK", await Say(server, "SET kept 1"));
        await server.StopAsync();
        await server.StartAgainAsync();
        Assert.Equal(appendOnly ? "$1" : "$-1", await Say(server, "GET kept"));

        await server.StopAsync(kill: true);
        await server.StartAgainAsync(empty: true);
        Assert.Equal("$-1", await Say(server, "GET kept"));
    }

    [Fact]
    public async Task A_folder_goes_with_all_that_works_in_it()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux(), "These tests run their servers on Linux.");
        var folder = await ServerFolder.CreateAsync();
        using var forgotten = ServerFolder.Start(["sh", "-c", "cd \"$0\" && exec sleep 600", folder.Path]);
        await Eventually.IsSoAsync(() => folder.Processes().Count > 0);

        await folder.DisposeAsync();
        await forgotten.WaitForExitAsync();
        Assert.False(Directory.Exists(folder.Path));
    }

    private static async Task<object?> Say(PostgresServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Timeout=3;Command Timeout=3;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<string?> Say(RedisServer server, string command, string? password = "secret")
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Port);
        await using var writer = new StreamWriter(client.GetStream());
        using var reader = new StreamReader(client.GetStream());
        if (password is not null)
        {
            await writer.WriteAsync($"AUTH {password}\r\n");
            await writer.FlushAsync();
            Assert.Equal("+OK", await reader.ReadLineAsync());
        }

        await writer.WriteAsync(command + "\r\n");
        await writer.FlushAsync();
        return await reader.ReadLineAsync();
    }
}
