using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Rollcall.Processes;

namespace Rollcall.Documents;

/// <summary>docs/portal-example.mjs as a reader would run it: in Node, with the package from npm, against a gateway.</summary>
public sealed partial class PortalExampleTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Package = "@microsoft/signalr@10.0.11";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Documents = typeof(PortalExampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Documents").Value!;

    [Fact]
    public async Task It_shows_the_snapshot_and_the_first_live_events_and_ends_well()
    {
        Assert.SkipUnless(Has("node") && Has("npm"), "This needs Node.js with npm.");
        var place = Install(demoDevices: 5);
        var gateway = await place.StartAsync();
        var folder = Directory.CreateDirectory(Path.Combine(place.Folder, "example")).FullName;
        File.Copy(Path.Combine(Documents, "portal-example.mjs"), Path.Combine(folder, "example.mjs"));
        await RunAsync(folder, [], "npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", Package);

        var lines = await RunAsync(folder, new() { ["URL"] = place.Address.ToString().TrimEnd('/'), ["TOKEN"] = gateway.Token, ["EVENTS"] = "3" }, "node", "example.mjs");
        Assert.Matches("^snapshot: 6 devices, [0-5] online, [1-6] offline$", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.All(lines[1..], line => Assert.Matches(Event(), line));

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(folder, [], "node", "example.mjs"));
        Assert.Contains("2: Set TOKEN to a portal token.", refused.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^device_status demo-0000[1-5] online \((heartbeat|connected)\) seq 1$")]
    private static partial Regex Event();

    private static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<string[]> RunAsync(string folder, Dictionary<string, string> environment, string program, params string[] arguments)
    {
        // Left as it is but for the example's own: how npm reaches its registry may stand there.
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "URL", "TOKEN", "EVENTS", "SECONDS" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var (says, complains) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await complains}{await says}");
            return (await says).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
