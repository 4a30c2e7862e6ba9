using System.Security.Cryptography;
using Rollcall.Support.Processes;

namespace Rollcall.Support.Servers;

/// <summary>A PostgreSQL server of a test's own: a free port of 127.0.0.1, a new cluster of databases, fsync as it is by default.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "rollcall";
    private readonly string _password = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly ServerFolder _folder;
    private readonly ServerProcess _process;

    private PostgresServer(ServerFolder folder)
    {
        _folder = folder;
        _process = new ServerProcess(folder, Command, _ => Task.FromResult(Ready));
    }

    /// <summary>Why there can be no server here; null when there can.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() ? "These tests run their servers on Linux."
        : Binaries.Find("initdb") is null || Binaries.Find("postgres") is null ? "PostgreSQL is not installed (Debian: apt-get install postgresql)."
        : null;

    public int Port => _process.Port;

    /// <summary>All that it consists of.</summary>
    public IReadOnlyList<int> ProcessIds => _folder.Processes();

    /// <summary>Of the database <c>postgres</c>, as its superuser.</summary>
    public string ConnectionString => Database("postgres");

    /// <summary>The same as deployments write it.</summary>
    public string Url => UrlOf("postgres");

    private string Data => Path.Combine(_folder.Path, "data");

    /// <summary>The eighth line of its pid file is the server's own word.</summary>
    private bool Ready
    {
        get
        {
            try
            {
                return File.ReadLines(Path.Combine(Data, "postmaster.pid")).ElementAtOrDefault(7)?.Trim() == "ready";
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer(await ServerFolder.CreateAsync());
        await server.InitializeAsync();
        await server._process.StartAsync();
        return server;
    }

    public string Database(string name) => $"Host=127.0.0.1;Port={Port};Username={User};Password={_password};Database={name}";

    public string UrlOf(string database) => $"postgres://{User}:{_password}@127.0.0.1:{Port}/{database}";

    /// <summary>Ends it at once: rolled back and shut down in order, or kill -9 of all its processes.</summary>
    public Task StopAsync(bool kill = false) => _process.StopAsync(kill, Signals.Interrupt);

    /// <summary>Starts it on the same port with the same databases.</summary>
    public Task StartAgainAsync() => _process.StartAgainAsync();

    /// <summary>Connections stay open, nobody answers: as after a pulled cable.</summary>
    public void Pause() => _process.Pause();

    public void Resume() => _process.Resume();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task InitializeAsync()
    {
        var password = Path.Combine(_folder.Path, "password");
        await ServerFolder.RunAsync("sh", "-c", "umask 077 && printf %s \"$1\" >\"$0\"", password, _password);
        await ServerFolder.RunAsync(
            Binaries.Find("initdb")!, "--pgdata", Data, "--username", User, "--pwfile", password, "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync");
    }

    private string[] Command(int port)
    {
        // A killed server leaves its pid file, whose word is no longer true.
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        return
        [
            Binaries.Find("postgres")!, "-D", Data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "max_connections=200",
        ];
    }
}
