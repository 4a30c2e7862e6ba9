using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Rollcall.Connections;

/// <summary>Looks at all books each second, and says now and then how many it had to send away.</summary>
internal sealed partial class ConnectionWatch(
    IEnumerable<ConnectionBook> books, IHostApplicationLifetime lifetime, IMeterFactory meters, TimeProvider clock, ILogger<ConnectionWatch> log)
        : BackgroundService
{
    private const int SecondsBetweenLines = 10;

    /// <summary>What a stranger's last request has when the program stops: a sign-in that has come is answered by then.</summary>
    private const int LastSeconds = 3;

    /// <summary>The same for customers: what has stood still so long waits for the caller, or for a device that comes again anyway.</summary>
    private const int LastSecondsOfCallers = 5;
    private readonly ConnectionBook[] _books = [.. books];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = meters.Create(Instrumentation.Name);
        meter.CreateObservableGauge("rollcall.connections", () => Of(book => book.Open), "{connection}", "Connections that are open.");
        meter.CreateObservableCounter("rollcall.connections.refused", () => Of(book => book.Refused), "{connection}",
            "Connections that were closed at once: as many as may be were open.");
        meter.CreateObservableCounter("rollcall.connections.displaced", () => Of(book => book.Displaced), "{connection}",
            "Connections without a known caller that were closed for newer ones.");
        meter.CreateObservableCounter("rollcall.connections.silent", () => Of(book => book.Silent), "{connection}",
            "Connections that were closed because no complete request came.");
        meter.CreateObservableCounter("rollcall.connections.yielded", () => Of(book => book.Yielded), "{connection}",
            "Connections of the customer with the most that were closed for others, or found no room.");

        var (sent, yielded) = (new long[_books.Length], new long[_books.Length]);
        using var seconds = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var stopping = 0;
        for (var second = 1; await seconds.WaitForNextTickAsync(stoppingToken); second++)
        {
            foreach (var book in _books)
            {
                book.CloseSilent();
            }

            stopping += lifetime.ApplicationStopping.IsCancellationRequested ? 1 : 0;
            if (stopping == LastSeconds)
            {
                Array.ForEach(_books, book => book.CloseStrangers());
            }
            else if (stopping == LastSecondsOfCallers)
            {
                Array.ForEach(_books, book => book.CloseCallers());
            }

            if (second % SecondsBetweenLines == 0)
            {
                Say(sent, yielded);
            }
        }
    }

    private void Say(long[] sent, long[] yielded)
    {
        for (var number = 0; number < _books.Length; number++)
        {
            var book = _books[number];
            var now = book.Refused + book.Displaced;
            if (now > sent[number])
            {
                LogSentAway(book.Door, now - sent[number], SecondsBetweenLines, book.Open, book.Most);
                sent[number] = now;
            }

            if (book.Yielded is var made && made > yielded[number])
            {
                LogYielded(book.Door, made - yielded[number], SecondsBetweenLines, book.Open, book.Most);
                yielded[number] = made;
            }
        }
    }

    private IEnumerable<Measurement<long>> Of(Func<ConnectionBook, long> count) =>
        _books.Select(book => new Measurement<long>(count(book), new KeyValuePair<string, object?>("door", book.Door)));

    [LoggerMessage(
        LogLevel.Warning,
        "{Door}: {Count} connections that nobody had signed in over were refused, or closed for newer ones, within {Seconds} s; {Open} of {Most} "
            + "are open")]
    private partial void LogSentAway(string door, long count, int seconds, int open, int most);

    [LoggerMessage(
        LogLevel.Warning,
        "{Door}: {Count} connections of the customer that holds the most were closed for others, or found no room, within {Seconds} s; {Open} of "
            + "{Most} are open")]
    private partial void LogYielded(string door, long count, int seconds, int open, int most);
}
