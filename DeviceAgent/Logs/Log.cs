using System.Globalization;

namespace Rollcall.DeviceAgent.Logs;

/// <summary>One line an event; errors go to the second writer. Secrets and tokens are never passed in.</summary>
internal sealed class Log(LogLevel least, TextWriter output, TextWriter errors, TimeProvider clock)
{
    private readonly Lock _line = new();

    public static Log OfProcess(LogLevel least) =>
        new(least, UnreadOutput.OfProcess(Console.OpenStandardOutput()), UnreadOutput.OfProcess(Console.OpenStandardError()), TimeProvider.System);

    public bool Writes(LogLevel level) => level >= least;

    public void Debug(string message) => Write(LogLevel.Debug, message);

    public void Info(string message) => Write(LogLevel.Info, message);

    public void Warn(string message) => Write(LogLevel.Warn, message);

    public void Error(string message) => Write(LogLevel.Error, message);

    public void Write(LogLevel level, string message)
    {
        if (!Writes(level))
        {
            return;
        }

        var at = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = $"{at} {Name(level)} {message.ReplaceLineEndings(" ")}";
        lock (_line)
        {
            (level == LogLevel.Error ? errors : output).WriteLine(line);
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info ",
        LogLevel.Warn => "warn ",
        _ => "error",
    };
}
