using System.Diagnostics;
using Rollcall.Documents;

namespace Rollcall.Starting;

/// <summary>What <c>dotnet run</c> says before it builds.</summary>
public sealed class BuildWordTests
{
    /// <summary>Standard output is a tool's: <c>TOKEN=$(dotnet run --project Gateway -- portal-token)</c>.</summary>
    [Fact]
    public async Task It_is_said_on_standard_error_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it is said to the terminal.");
        var project = Path.GetFullPath(Path.Combine(Example.Documents, "../Gateway/Gateway.csproj"));
        using var build = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["msbuild", project, "-t:SayThatItBuilds", "-v:quiet", "-nologo", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (said, aside) = (build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await build.WaitForExitAsync(patience.Token);
        Assert.Equal((0, ""), (build.ExitCode, (await said).Trim()));
        Assert.StartsWith("Building Rollcall.", await aside, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_else_says_it_or_sets_an_address() =>
        Assert.False(File.Exists(Path.Combine(Example.Documents, "../Gateway/Properties/launchSettings.json")));
}
