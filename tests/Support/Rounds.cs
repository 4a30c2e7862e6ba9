using System.Globalization;

namespace Rollcall.Support;

/// <summary>
/// How often a test repeats what it draws at random: histories, mutated calls, crashes. A few times as part of the others; TEST_ROUNDS=20 has it
/// twenty times as often, as .ci/long does. Such a test prints the seed of what failed.
/// </summary>
public static class Rounds
{
    private static readonly int Factor = int.TryParse(
        Environment.GetEnvironmentVariable("TEST_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Max(1, given) : 1;

    /// <summary>Of so many usually.</summary>
    public static int Of(int usual) => usual * Factor;
}
