using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.Logs;

/// <summary>
/// The console of a program that serves. Whatever writes to it, the log, an announcement or a library, is never kept waiting by
/// whoever reads it: the framework's logger has a queue of its own, and lets its callers wait when that is full.
/// </summary>
public sealed partial class ServingConsole : IDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(1);
    private readonly TextWriter _formerOutput = Console.Out;
    private readonly TextWriter _formerErrors = Console.Error;
    private readonly QueuedWriter _output;
    private readonly QueuedWriter _errors;

    private ServingConsole(int lines)
    {
        _output = new QueuedWriter(StandardStream.Output(), lines);
        _errors = new QueuedWriter(StandardStream.Errors(), lines);
        Console.SetOut(_output);
        Console.SetError(_errors);
    }

    /// <summary>Lines that nobody read in time, since the start.</summary>
    public long Dropped => _output.Dropped + _errors.Dropped;

    /// <summary>
    /// Takes over the process' console until it is disposed of. LOG_QUEUE: lines that may wait for a reader, and 4 Mi characters. Default
    /// 5,000.
    /// </summary>
    /// <exception cref="SettingException">The setting is wrong.</exception>
    public static ServingConsole Begin(IConfiguration configuration) => new(configuration.Number("LOG_QUEUE", 5_000, 100, 1_000_000));

    /// <summary>Lets the program's metrics count what is dropped, and its log tell it when lines are written again.</summary>
    public void ReportTo(IHost host)
    {
        host.Services.GetRequiredService<IMeterFactory>().Create(Instrumentation.Name).CreateObservableCounter(
            "rollcall.log.dropped", () => Dropped, "{line}", "Lines of the console that were dropped because nobody read them in time.");
        var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Rollcall.Logs");
        _output.Resumed = _errors.Resumed = dropped => LogResumed(log, dropped);
    }

    /// <summary>Writes what still waits, for a second at most, and gives the console back.</summary>
    public void Dispose()
    {
        Console.SetOut(_formerOutput);
        Console.SetError(_formerErrors);
        _output.End(DrainTimeout);
        _errors.End(DrainTimeout);
        _output.Dispose();
        _errors.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "The log goes on: {Count} lines were dropped because nobody read them in time")]
    private static partial void LogResumed(ILogger log, long count);
}
