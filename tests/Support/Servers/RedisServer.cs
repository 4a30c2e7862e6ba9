using System.Net.Sockets;
using System.Text;

namespace Rollcall.Support.Servers;

/// <summary>A Redis server of a test's own on a free port of 127.0.0.1.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly ServerFolder _folder;
    private readonly ServerProcess _process;
    private readonly bool _appendOnly;

    private RedisServer(ServerFolder folder, bool appendOnly, string? password)
    {
        (_folder, _appendOnly, Password) = (folder, appendOnly, password);
        _process = new ServerProcess(folder, Command, AnswersAsync);
    }

    /// <summary>Why there can be no server here; null when there can.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() ? "These tests run their servers on Linux."
        : Binaries.Find("redis-server") is null ? "Redis is not installed (Debian: apt-get install redis-server)."
        : null;

    public int Port => _process.Port;

    /// <summary>All that it consists of.</summary>
    public IReadOnlyList<int> ProcessIds => _folder.Processes();

    public string? Password { get; }

    /// <summary>As StackExchange.Redis reads it.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}" + (Password is null ? "" : $",password={Password}");

    /// <summary>The same as deployments write it.</summary>
    public string Url => Password is null ? $"redis://127.0.0.1:{Port}" : $"redis://:{Password}@127.0.0.1:{Port}";

    /// <param name="appendOnly">It keeps its data in an append-only file; else a restart is a loss of all.</param>
    /// <param name="password">What clients must say; null: nothing.</param>
    public static async Task<RedisServer> StartAsync(bool appendOnly = true, string? password = null)
    {
        var server = new RedisServer(await ServerFolder.CreateAsync(), appendOnly, password);
        await server._process.StartAsync();
        return server;
    }

    public Task StopAsync(bool kill = false) => _process.StopAsync(kill);

    /// <summary>Starts it on the same port.</summary>
    /// <param name="empty">Its append-only file is lost.</param>
    public Task StartAgainAsync(bool empty = false)
    {
        if (empty && Directory.Exists(Path.Combine(_folder.Path, "appendonlydir")))
        {
            Directory.Delete(Path.Combine(_folder.Path, "appendonlydir"), recursive: true);
        }

        return _process.StartAgainAsync();
    }

    /// <summary>Connections stay open, nobody answers: as after a pulled cable.</summary>
    public void Pause() => _process.Pause();

    public void Resume() => _process.Resume();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private string[] Command(int port) =>
    [
        Binaries.Find("redis-server")!, "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", _appendOnly ? "yes" : "no",
        "--maxmemory-policy", "noeviction", .. Password is null ? Array.Empty<string>() : ["--requirepass", Password],
    ];

    /// <summary>Loading its file it answers LOADING; without a password a good one still says something: NOAUTH.</summary>
    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[64];
            var length = await client.GetStream().ReadAsync(answer);
            return Encoding.ASCII.GetString(answer, 0, length) is { Length: > 0 } text && !text.StartsWith("-LOADING", StringComparison.Ordinal);
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            return false;
        }
    }
}
