using System.Globalization;
using Rollcall.Load.Generator;

namespace Rollcall.Load.Rest;

/// <summary>The result as people read it.</summary>
internal static class RestTable
{
    public static void Begin(RestOptions options)
    {
        Print(
            $"Stored REST beats beside a bare server. {Environment.ProcessorCount} cores shared by server and generator, {options.AllDevices} "
                + $"devices, {options.Rounds} rounds of {options.Measured.TotalSeconds} s each.");
        Print("Per-second figures, latencies and CPU are medians of the rounds.");
        Print("");
        Print(
            $"{"callers",7} | {"build",-10} | {"baseline/s",10} | {"stored/s",9} | {"ratio (min-max)",-18} | {"baseline p50/p99 ms",-19} "
                + $"| {"stored p50/p99 ms",-18} | CPU s per 1,000: baseline, stored");
        Print("--------|------------|------------|-----------|--------------------|"
            + "---------------------|--------------------|----------------------------------");
    }

    public static void Row(int callers, string build, IReadOnlyList<Measure> bare, IReadOnlyList<Measure> stored)
    {
        var ratios = bare.Zip(stored, (one, other) => other.PerSecond / one.PerSecond).ToArray();
        var ratio = string.Create(CultureInfo.InvariantCulture, $"{Median(ratios):F3} ({ratios.Min():F3}-{ratios.Max():F3})");
        Print(
            $"{callers,7} | {build,-10} | {Of(bare, m => m.PerSecond),10:F0} | {Of(stored, m => m.PerSecond),9:F0} | {ratio,-18} "
                + $"| {Latencies(bare),-19} | {Latencies(stored),-18} "
                + $"| {Of(bare, m => m.CpuPerThousand):F4}, {Of(stored, m => m.CpuPerThousand):F4}");
    }

    /// <returns>Whether there was none.</returns>
    public static bool Errors(string server, IEnumerable<Measure> rounds)
    {
        var errors = rounds.SelectMany(round => round.Errors).GroupBy(error => error.Key).ToArray();
        foreach (var error in errors)
        {
            Print($"ERROR {server}: {error.Sum(one => one.Value)} x {error.Key}");
        }

        return errors.Length == 0;
    }

    /// <returns>Whether there was none.</returns>
    public static bool Lost(string build, IReadOnlyList<Beat> beats, IReadOnlyList<string> lost)
    {
        foreach (var device in lost.Take(10))
        {
            Print($"LOST {build}: {device}");
        }

        Print($"{build}: killed and started again; the newest acknowledged beat is there for {beats.Count - lost.Count} of {beats.Count} devices.");
        return lost.Count == 0;
    }

    private static string Latencies(IReadOnlyList<Measure> rounds) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(rounds, m => m.P50):F2} / {Of(rounds, m => m.P99):F2}");

    private static double Of(IEnumerable<Measure> rounds, Func<Measure, double> value) => Median([.. rounds.Select(value)]);

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Print(string line) => Console.WriteLine(line);
}
