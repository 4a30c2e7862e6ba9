using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Admission;

namespace Rollcall.Http.Problems;

/// <summary>The same exceptions, thrown for the client's reasons and for ours.</summary>
public sealed class FaultBarrierTests
{
    private readonly List<(LogLevel Level, string Line)> _log = [];

    public static TheoryData<Exception> Ours =>
    [
        new IOException("the disk"), new ConnectionResetException("the store's"),
        new InvalidOperationException("wrapped", new IOException("the disk")),
    ];

    public static TheoryData<Exception> TheClients =>
    [
        new OperationCanceledException(), new TaskCanceledException(), new ConnectionResetException("the client's"),
        new ConnectionAbortedException("the client's"),
        new InvalidOperationException("wrapped", new OperationCanceledException()), new AggregateException(new TaskCanceledException()),
        new IOException("wrapped", new ConnectionResetException("the client's")),
        new BodyException(new IOException("no chunk")),
    ];

    [Theory]
    [MemberData(nameof(Ours))]
    public async Task A_connection_or_a_disk_of_ours_is_our_fault_though_it_is_called_alike(Exception fault)
    {
        Assert.Equal(503, (await ServeAsync(fault, gone: false)).StatusCode);
        Assert.Equal(LogLevel.Error, Assert.Single(_log).Level);
    }

    [Fact]
    public async Task A_fault_of_ours_is_told_though_the_client_has_gone_meanwhile()
    {
        await ServeAsync(new IOException("the disk"), gone: true);
        Assert.Equal(LogLevel.Error, Assert.Single(_log).Level);
    }

    [Theory]
    [MemberData(nameof(TheClients))]
    public async Task What_comes_of_a_client_that_went_away_is_nobodys_fault(Exception fault)
    {
        Assert.Equal(ClientFault.ClosedRequest, (await ServeAsync(fault, gone: true)).StatusCode);
        Assert.Empty(_log);
    }

    [Fact]
    public async Task A_body_that_broke_off_is_known_before_the_request_says_so()
    {
        Assert.Equal(ClientFault.ClosedRequest,
            (await ServeAsync(new BodyException(new ConnectionResetException("the client's")), gone: false)).StatusCode);
        Assert.Equal(400, (await ServeAsync(new BodyException(new IOException("no chunk")), gone: false)).StatusCode);
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task A_call_that_was_not_answered_in_time_is_busy_and_no_line_of_its_own(Type late)
    {
        var answer = await ServeAsync((Exception)Activator.CreateInstance(late)!, gone: false);
        Assert.Equal(503, answer.StatusCode);
        Assert.InRange(int.Parse(answer.Headers.RetryAfter.ToString(), null), 1, 60);
        Assert.Empty(_log);
    }

    private async Task<HttpResponse> ServeAsync(Exception thrown, bool gone)
    {
        var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var settings = new GatewaySettings(new ConfigurationBuilder().Build());
        var clock = new FakeTimeProvider();
        using var report = new BusyReport(services.GetRequiredService<IMeterFactory>(), clock, NullLogger<BusyReport>.Instance);
        using var admission = new AdmissionControl(settings, report, clock);
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = new CancellationToken(gone) };
        await new FaultBarrier(_ => Task.FromException(thrown), admission, new Collected(_log)).InvokeAsync(context);
        return context.Response;
    }

    private sealed class Collected(List<(LogLevel, string)> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel > LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Add((logLevel, formatter(state, exception)));
            }
        }
    }
}
