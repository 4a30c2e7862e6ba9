using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Rollcall.Micro;

/// <summary>
/// <c>dotnet run -c Release --project bench/Micro</c> measures all; arguments are BenchmarkDotNet's own, as <c>--filter *Feed*</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["--smoke"])
        {
            return Smoke.Run();
        }

        var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
            .Run(args is [] ? ["--filter", "*"] : args, RunConfig.Measure).ToArray();
        foreach (var summary in summaries)
        {
            // Once more: between the lines of the runs they are hard to find.
            MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default);
        }

        return summaries.Any(HasFailed) ? 1 : 0;
    }

    /// <summary>A benchmark in it threw, or was not let run.</summary>
    public static bool HasFailed(Summary summary) => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success);
}
