using System.Net;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.Health;

/// <summary><c>healthcheck</c>: asks the agent of this machine, for containers without another client.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync()
    {
        var settings = AgentSettings.Read(SettingsReader.OfProcess);
        var port = settings.HealthPort ?? 3002;
        if (port == 0)
        {
            throw new SettingsException("HEALTH_PORT is 0: the health page is off.");
        }

        var host = settings.HealthHost.Equals(IPAddress.Any) ? IPAddress.Loopback
            : settings.HealthHost.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : settings.HealthHost;
        var address = new UriBuilder("http", host.ToString(), port, "health").Uri;
        using var http = new HttpClient { Timeout = Timeout };
        try
        {
            using var response = await http.GetAsync(address);
            Console.WriteLine(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"No answer from the agent at port {port}.");
            return 1;
        }
    }
}
