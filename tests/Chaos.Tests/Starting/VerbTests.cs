using System.Reflection;
using Rollcall.Support.Processes;

namespace Rollcall.Starting;

/// <summary>Whoever has one of the programs has every tool.</summary>
public sealed class VerbTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly string Silo = typeof(VerbTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Silo").Value!;

    [Fact]
    public async Task Silo_and_gateway_offer_the_same_in_the_same_words()
    {
        var place = Install();
        var gateway = await CommandsAsync(place.Run("--help"));
        Assert.Equal(gateway, await CommandsAsync(place.RunTool(Silo, [], "--help")));
        Assert.Contains(gateway, line => line.StartsWith("portal-token, token ", StringComparison.Ordinal));
    }

    private static async Task<string[]> CommandsAsync(Child program)
    {
        Assert.Equal(0, await program.ExitCodeAsync(TimeSpan.FromSeconds(20)));
        return [.. program.Output.SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Trim())];
    }
}
