using System.CommandLine;
using System.Net;

namespace Rollcall.Health;

/// <summary><c>healthcheck</c>: asks the program on this machine whether it is ready, for containers without another client.</summary>
public static class Healthcheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <param name="find">Where it answers, by the settings that it was started with.</param>
    public static Command Create(Func<Uri> find)
    {
        var command = new Command("healthcheck", "Ask the program on this machine whether it is ready: exit code 0 or 1.");
        command.SetAction((_, stop) => RunAsync(find(), stop));
        return command;
    }

    /// <summary>The address of a program that listens there: of one that listens everywhere, this machine's own.</summary>
    /// <exception cref="SettingException">The port was left to the system.</exception>
    public static Uri At(string setting, string host, int port) => port > 0
        ? new UriBuilder("http", host == "*" ? "127.0.0.1" : host, port, "readyz").Uri
        : throw new SettingException(setting, "is 0: a program whose port the system chose cannot be found.");

    private static async Task<int> RunAsync(Uri address, CancellationToken stop)
    {
        // No proxy: this machine is asked, whatever the environment says of others.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        try
        {
            using var answer = await http.GetAsync(address, stop);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(stop));
            return answer.StatusCode == HttpStatusCode.OK ? 0 : 1;
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"No answer from {address}.");
            return 1;
        }
    }
}
