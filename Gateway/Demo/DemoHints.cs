namespace Rollcall.Demo;

/// <summary>What the start prints for whoever sees it for the first time: three things to try, as lines that can be pasted.</summary>
internal static class DemoHints
{
    /// <param name="gateway">The gateway's own address.</param>
    /// <param name="url">Where people reach it.</param>
    /// <param name="agent">The demo fleet's process; null: there is none.</param>
    /// <param name="arguments">What starts the fleet again.</param>
    /// <param name="state">Where it keeps what it has begun.</param>
    public static IEnumerable<string> Of(string gateway, string url, int? agent, string arguments, string state, GatewaySettings settings)
    {
        yield return "Three things to try, in a second terminal in this folder:";
        if (agent is { } process)
        {
            yield return $"1. An outage: `{Kill(process)}` ends the fleet. 15 s later (DEVICE_LINK_GRACE) its devices are offline. "
                + "This brings them back:";
            yield return "  " + Run(arguments, ("API_URL", gateway), ("STATE_DIR", $"\"{state}\""));
        }
        else
        {
            yield return "1. A fleet: stop this process, unset Demo__Devices, and start again.";
        }

        yield return settings.DemoCredentials
            ? "2. A device of your own: this signs in as test-device-001 and beats once, with timings. The portal shows it at once:"
            : "2. A device of your own: *Add device* in the portal, or the curl lines of README.md.";
        if (settings.DemoCredentials)
        {
            yield return "  " + Run("probe", ("API_URL", gateway));
        }

        yield return settings.Reference
            ? $"3. A command: open a device in the portal and send it `diagnostics`. Every call of the API: {url}/reference"
            : "3. A command: open a device in the portal and send it `diagnostics`.";
    }

    private static string Kill(int process) => OperatingSystem.IsWindows() ? $"taskkill /F /PID {process}" : $"kill -9 {process}";

    /// <summary>Runs the agent with these settings, in the words of this system's shell.</summary>
    private static string Run(string arguments, params (string Name, string Value)[] settings)
    {
        var before = OperatingSystem.IsWindows()
            ? settings.Select(one => $"$env:{one.Name}='{one.Value.Trim('"')}';")
            : settings.Select(one => $"{one.Name}={one.Value}");
        return $"{string.Join(' ', before)} dotnet run --project DeviceAgent -- {arguments}";
    }
}
