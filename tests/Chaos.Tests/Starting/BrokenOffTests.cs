using Rollcall.Support.Processes;

namespace Rollcall.Starting;

/// <summary>A stop that is asked for while the gateway still starts.</summary>
public sealed class BrokenOffTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly int Starts = Rounds.Of(5);
    private const int LongestStart = 2_000;

    /// <summary>Milliseconds for the rest of it.</summary>
    private const int FirstLine = 50;
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_stop_at_any_moment_of_a_start_is_a_clean_end()
    {
        var random = Seeded();
        var moments = Enumerable.Range(0, Starts).Select(number => (number * LongestStart / Starts) + random.Next(LongestStart / Starts)).ToArray();
        var place = Install(demoDevices: 2);
        foreach (var moment in moments)
        {
            var gateway = place.Run();
            await Eventually.IsSoAsync(() => Signals.Listens(gateway.Id), Quickly, () => "it has begun");
            await Task.Delay(TimeSpan.FromMilliseconds(FirstLine + moment), TimeProvider.System);
            _ = random.Next(2) == 0 ? Signals.Terminate(gateway.Id) : Signals.Interrupt(gateway.Id);
            var code = await gateway.ExitCodeAsync(Quickly);
            Assert.True(code == 0 && Faults(gateway).Length == 0, $"after {moment} ms it ended with {code}:\n{gateway.Said}");
        }

        // Nothing of it stands in the way of the next start.
        await place.StartAsync();
    }

    private static string[] Faults(Child process) =>
        [.. process.Errors, .. process.Output.Where(
            line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("Z fail: ", StringComparison.Ordinal))];
}
