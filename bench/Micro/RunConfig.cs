using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Rollcall.Micro;

/// <summary>
/// How benchmarks run: in this process, as it was built. A process for each would have a project made and built for it, under this checkout's
/// gates and locks.
/// </summary>
internal static class RunConfig
{
    /// <summary>Short, so that all take less than three minutes; <c>--iterationCount</c> makes it longer.</summary>
    public static IConfig Measure => Common(
        Job.Default.WithWarmupCount(5).WithIterationCount(8).WithIterationTime(TimeInterval.FromMilliseconds(150)))
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub);

    /// <summary>Each body once, in whatever configuration it was built, with nothing measured.</summary>
    /// <param name="log">Takes what BenchmarkDotNet says of it.</param>
    public static IConfig Once(ILogger log) => Common(Job.Dry)
        .AddLogger(log)
        .WithOptions(ConfigOptions.DisableOptimizationsValidator | ConfigOptions.DisableLogFile);

    private static ManualConfig Common(Job job) => ManualConfig.CreateEmpty()
        .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance).AsDefault())
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "reports"));
}
