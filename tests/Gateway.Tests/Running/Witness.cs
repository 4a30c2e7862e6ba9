using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollcall.Running;

/// <summary>What a gateway logs above Debug, through the filters that it ships with, and with which statuses it counts its answers.</summary>
internal sealed class Witness : ILoggerProvider
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Route, int Status)> _answers = new();

    public Witness(TestGateway gateway)
    {
        var meters = gateway.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.server.request.duration" && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(
            (_, _, tags, _) => _answers.Enqueue((Tag(tags, "http.route") as string ?? "", (int)(Tag(tags, "http.response.status_code") ?? 0))));
        _listener.Start();
        gateway.Services.GetRequiredService<ILoggerFactory>().AddProvider(this);
    }

    public IReadOnlyCollection<string> Lines => _lines;

    public IReadOnlyCollection<(string Route, int Status)> Answers => _answers;

    public int Count(int status) => _answers.Count(answer => answer.Status == status);

    public ILogger CreateLogger(string categoryName) => new Log(categoryName, _lines);

    public void Dispose() => _listener.Dispose();

    private static object? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    private sealed class Log(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
