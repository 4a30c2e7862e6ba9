using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;

namespace Rollcall.Micro;

/// <summary>
/// <c>--smoke</c>: each benchmark once, so that one that no longer runs is noticed with the change that broke it and not when somebody wants
/// its figure.
/// </summary>
internal static class Smoke
{
    /// <returns>Exit code; 0: all ran.</returns>
    public static int Run()
    {
        var log = new LogCapture();
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Smoke).Assembly).Run(["--filter", "*"], RunConfig.Once(log)).ToArray();
        var ran = summaries.Sum(summary => summary.Reports.Count(report => report.Success));
        if (ran == 0 || summaries.Any(Program.HasFailed))
        {
            Console.Error.WriteLine(string.Concat(log.CapturedOutput.Where(line => line.Kind == LogKind.Error).Select(line => line.Text)));
            Console.Error.WriteLine("A benchmark does not run any more: what it says is above.");
            return 1;
        }

        Console.WriteLine($"{ran} benchmarks ran once.");
        return 0;
    }
}
