using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rollcall.Connections;
using Rollcall.Measuring;
using Rollcall.Running;
using Rollcall.Support.Measuring;

namespace Rollcall.Warming;

/// <summary>What a gateway does before it may be called, and what is left of it.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public async Task The_port_opens_when_the_path_of_a_beat_is_warm()
    {
        using var folder = new TemporaryFolder();
        await using var app = await CreateAsync(Embedded(folder));
        Assert.False(app.Services.GetRequiredService<PathWarmUp>().IsOver);
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal((true, true), State(app));
    }

    [Fact]
    public async Task Without_silos_the_port_opens_all_the_same_and_nothing_is_ready()
    {
        await using var app = await CreateAsync(
            [("REDIS_URL", "redis://127.0.0.1:1"), ("PORTAL_JWT_KEY", NewKey()), ("SESSION_SIGNING_KEYS", NewKey())]);
        var starting = app.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.IsSoAsync(() => State(app).Opened);
        Assert.Equal((true, false), State(app));
        app.Lifetime.StopApplication();
        await Record.ExceptionAsync(() => starting);
    }

    [Fact]
    public async Task It_beats_over_REST_and_over_a_socket_and_leaves_no_row_no_count_and_no_line()
    {
        using var folder = new TemporaryFolder();
        using var log = new Lines();
        await using var app = await CreateAsync(Embedded(folder), log);
        using var rollcall = new Instruments(app.Services.GetRequiredService<IMeterFactory>());
        using var server = new Requests(app.Services.GetRequiredService<IMeterFactory>());
        await app.StartAsync(TestContext.Current.CancellationToken);

        Assert.True(app.Services.GetRequiredService<PathWarmUp>().IsServed, string.Join('\n', log.All));
        Assert.Equal(0, rollcall.Now("rollcall.twins"));
        Assert.Equal(0, rollcall.Now("rollcall.links"));
        foreach (var count
            in new[] { "rollcall.beats stored", "rollcall.beats refused", "rollcall.beats unavailable", "rollcall.journal.records fenced",
                "rollcall.journal.records stored", "rollcall.journal.flush.size", "rollcall.link.frames", "rollcall.transitions online" })
        {
            Assert.Equal(0, rollcall.Sum(count));
        }

        Assert.Equal(0, server.Count);
        Assert.Equal(0, app.Services.GetServices<ConnectionBook>().Sum(book => book.Open));
        Assert.DoesNotContain(log.All, line => line.Contains("/api/v1/device", StringComparison.Ordinal) || line.Contains('~'));
        Assert.Empty(await DevicesAsync(folder));
    }

    private static string NewKey() => "k1:" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private static (string, string)[] Embedded(TemporaryFolder folder) => [("DATA_DIR", folder.Path), ("Demo:Devices", "0"), ("BCRYPT_COST", "4")];

    private static (bool Opened, bool Warm) State(WebApplication app) =>
        app.Services.GetRequiredService<Witnessed>() is var server ? (server.WasWarm is not null, server.WasWarm == true) : default;

    private static async Task<IReadOnlyList<string>> DevicesAsync(TemporaryFolder folder)
    {
        await using var connection =
            new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "rollcall.db")};Pooling=False");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT device_id FROM devices UNION ALL SELECT device_id FROM presence_events";
        var ids = new List<string>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            ids.Add(row.GetString(0));
        }

        return ids;
    }

    private static Task<WebApplication> CreateAsync((string Name, string Value)[] settings, ILoggerProvider? log = null) =>
        GatewayApp.CreateAsync(builder =>
    {
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log).AddFilter("Rollcall", LogLevel.Debug);
        }

        builder.Configuration.AddInMemoryCollection([new("PORT", "0"), .. settings.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value))]);
        builder.Services.AddSingleton<IServer, Witnessed>();
    });

    /// <summary>Takes down whether the path was warm when it was to listen.</summary>
    private sealed class Witnessed(PathWarmUp warmUp) : IServer
    {
        private readonly FeatureCollection _features = new();

        public bool? WasWarm { get; private set; }

        public IFeatureCollection Features => _features;

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            WasWarm = warmUp.IsOver;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    /// <summary>What ASP.NET counts of requests and connections of one host.</summary>
    private sealed class Requests : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public Requests(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && (instrument.Name.StartsWith("http.server", StringComparison.Ordinal)
                    || instrument.Name.StartsWith("kestrel", StringComparison.Ordinal)))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _count));
            _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref _count));
            _listener.Start();
        }

        public int Count => _count;

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Log(categoryName, All);

        public void Dispose()
        {
        }

        private sealed class Log(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter) =>
                lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }
    }
}
