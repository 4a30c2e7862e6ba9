using System.Globalization;
using System.Text.RegularExpressions;

namespace Rollcall.Support.Processes;

/// <summary>What the gateway prints of its demo fleet, read as a person would.</summary>
/// <param name="Id">The process to kill.</param>
/// <param name="Arguments">What starts it again.</param>
/// <param name="State">Where it keeps what it has begun.</param>
public sealed partial record DemoFleetProcess(int Id, string Address, string State, string[] Arguments)
{
    public static async Task<DemoFleetProcess> OfAsync(GatewayProcess gateway)
    {
        var says = await gateway.Process.LineAsync("Demo fleet:", TimeSpan.FromSeconds(30));
        var again = await gateway.Process.LineAsync("  API_URL=", TimeSpan.FromSeconds(30));
        var command = Command().Match(again);
        Assert.True(command.Success, $"This cannot be pasted: {again}");
        return new DemoFleetProcess(
            int.Parse(ProcessId().Match(says).Groups[1].Value, CultureInfo.InvariantCulture),
            command.Groups["address"].Value,
            command.Groups["state"].Value,
            ["fleet", "--ws", "--count", command.Groups["count"].Value, "--credentials", command.Groups["file"].Value]);
    }

    [GeneratedRegex(@"in process (\d+)\.")]
    private static partial Regex ProcessId();

    [GeneratedRegex("""^  API_URL=(?<address>\S+) STATE_DIR="(?<state>.+?)" """
        + """dotnet run --project DeviceAgent -- fleet --ws --count (?<count>\d+) --credentials "(?<file>.+)"$""")]
    private static partial Regex Command();
}
