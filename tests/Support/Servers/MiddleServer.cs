using System.Net;
using System.Net.Sockets;

namespace Rollcall.Support.Servers;

/// <summary>
/// A real program that stands between two others (nginx, haproxy, Caddy, PgBouncer), of a test's own: a free port of 127.0.0.1, its
/// configuration in a folder of its own.
/// </summary>
public sealed class MiddleServer : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private MiddleServer(ServerProcess process) => _process = process;

    public int Port => _process.Port;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    /// <summary>Why this program cannot run here; null when it can.</summary>
    public static string? Missing(string program) =>
        !OperatingSystem.IsLinux() ? "These tests run their servers on Linux."
        : Find(program) is null ? $"{program} is not installed (Debian: apt-get install {program})."
        : null;

    /// <summary>Starts nginx with this configuration, which is given the port and the folder it may write to.</summary>
    public static Task<MiddleServer> NginxAsync(Func<int, string, string> configuration) =>
        StartAsync("nginx", configuration, (program, file, folder) => [program, "-c", file, "-p", folder, "-e", "stderr"]);

    public static Task<MiddleServer> HaproxyAsync(Func<int, string, string> configuration) =>
        StartAsync("haproxy", configuration, (program, file, _) => [program, "-db", "-f", file]);

    public static Task<MiddleServer> CaddyAsync(Func<int, string, string> configuration) =>
        StartAsync(
            "caddy", configuration, (program, file, folder) => ["env", $"HOME={folder}", program, "run", "--adapter", "caddyfile", "--config", file]);

    public static Task<MiddleServer> PgBouncerAsync(Func<int, string, string> configuration) =>
        StartAsync("pgbouncer", configuration, (program, file, _) => [program, file]);

    /// <summary>Ends it; its connections are closed or, with <paramref name="kill"/>, reset as by a loss of power.</summary>
    public Task StopAsync(bool kill = false) => _process.StopAsync(kill);

    public Task StartAgainAsync() => _process.StartAgainAsync();

    /// <summary>Connections stay open and nothing comes through: as after a pulled cable.</summary>
    public void Pause() => _process.Pause();

    public void Resume() => _process.Resume();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<MiddleServer> StartAsync(
        string name, Func<int, string, string> configuration, Func<string, string, string, IReadOnlyList<string>> command)
    {
        var folder = await ServerFolder.CreateAsync();
        var file = System.IO.Path.Combine(folder.Path, $"{name}.conf");
        var process = new ServerProcess(
            folder,
            port =>
            {
                // The folder is the server's user's, who may not be this one.
                ServerFolder.RunAsync("sh", "-c", "printf '%s' \"$1\" >\"$0\"", file, configuration(port, folder.Path)).GetAwaiter().GetResult();
                return command(Find(name)!, file, folder.Path);
            },
            ListensAsync);
        await process.StartAsync();
        return new MiddleServer(process);
    }

    /// <summary>Debian keeps servers where only an administrator's PATH leads.</summary>
    private static string? Find(string program) =>
        Binaries.Find(program) ?? new[] { "/usr/sbin/", "/usr/local/sbin/" }.Select(folder => folder + program).FirstOrDefault(File.Exists);

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
