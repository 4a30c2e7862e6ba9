using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Devices.Sessions;
using Rollcall.Journal;
using Rollcall.Postgres;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Reading;
using Rollcall.Support.Servers;
using StackExchange.Redis;

namespace Rollcall.Redis;

/// <summary>A Redis that answers and takes no writes: it is away until it takes them, and says so once.</summary>
public sealed class NoWritesTests : IAsyncLifetime
{
    private static readonly TimeSpan ManyTries = TimeSpan.FromSeconds(2.5);
    private readonly Said<RedisMirror> _said = new();
    private readonly Said<SessionRepair> _repaired = new();
    private PostgresTestStore _store = null!;
    private RedisServer _server = null!;
    private RedisConnection _connection = null!;
    private SessionRepair _repair = null!;
    private RedisMirror _mirror = null!;
    private ConnectionMultiplexer _admin = null!;
    private DeviceRow _lamp = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        (_store, _server) = (await PostgresTestStore.OpenAsync(), await RedisServer.StartAsync());
        _admin = await ConnectionMultiplexer.ConnectAsync(_server.ConnectionString + ",allowAdmin=true,configCheckSeconds=1");
        _connection =
            new RedisConnection(RedisAddress.Read(new ConfigurationBuilder().AddInMemoryCollection([new("REDIS_URL", _server.Url)]).Build())!);
        var options = Options.Create(new DeviceOptions());
        _repair = new SessionRepair(_connection, new PostgresSessions(_store.Pool), _store.Devices, options, TimeProvider.System, _repaired);
        _mirror = new RedisMirror(_connection, _repair, options, TimeProvider.System, _said);
        var row = await _store.Create("lamp");
        _lamp = row.Next(session: SessionRule.Standard.Issue(row.Session, "jti-lamp", TimeProvider.System.GetUtcNow()));
        Assert.True((await _store.Write(new Change(row, _lamp, [])))[0]);
        await _mirror.StartAsync(CancellationToken.None);
        await _repair.StartAsync(CancellationToken.None);
        await Eventually.IsSoAsync(() => _repaired.Count("written") == 1); // The one of the start.
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        await _repair.StopAsync(CancellationToken.None);
        _mirror.Dispose();
        _repair.Dispose();
        _connection.Dispose();
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public Task A_full_one_is_away_once_and_back_once() => IsAwayOnce(() => SetAsync("maxmemory", "1"), () => SetAsync("maxmemory", "0"));

    [Fact]
    public Task A_replica_is_away_once_and_back_once() =>
        IsAwayOnce(() => Admin("REPLICAOF", "127.0.0.1", "1"), () => Admin("REPLICAOF", "NO", "ONE"));

    /// <summary>Settings as compose.yaml has them: membership has no end of life, and each hint has one.</summary>
    [Fact]
    public async Task Hints_make_room_for_each_other_and_never_take_the_place_of_membership()
    {
        await SetAsync("maxmemory-policy", "volatile-ttl");
        await SetAsync("maxmemory", "4mb");
        var database = _admin.GetDatabase();
        await database.HashSetAsync("rollcall/members/rollcall", [new("Version", "7"), new("S127.0.0.1:11111:1", new string('m', 500))]);
        var row = _lamp with { Presence = _lamp.Presence with { Metrics = $$"""{"text":"{{new string('x', 1_000)}}"}""" } };
        for (var round = 0; round < 10; round++)
        {
            for (var device = 0; device < 1_000; device++)
            {
                _mirror.Stored(Change.Creation(row with { DeviceId = $"d{round}-{device}" }));
            }

            await Eventually.IsSoAsync(() => database.KeyExists($"device:metrics:d{round}-999"));
        }

        Assert.True((long)await Admin("DBSIZE") < 5_000, "it was full");
        Assert.Equal(("7", 500), ((string?)await database.HashGetAsync("rollcall/members/rollcall", "Version"),
            (int)(await database.HashGetAsync("rollcall/members/rollcall", "S127.0.0.1:11111:1")).Length()));
        await database.HashSetAsync("rollcall/members/rollcall", "Version", "8");
        Assert.Equal(0, _said.Count("away"));
    }

    private async Task IsAwayOnce(Func<Task> refuse, Func<Task> take)
    {
        await refuse();
        await Eventually.IsSoAsync(() => _mirror.IsAway);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < ManyTries; await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System))
        {
            _mirror.Stored(Change.Creation(_lamp));
            Assert.True(_mirror.IsAway, "it does not take writes yet");
        }

        Assert.Equal((1, 0, 1), (_said.Count("away"), _said.Count("back"), _repaired.Count("written")));
        await take();
        await Eventually.IsSoAsync(() => !_mirror.IsAway && _repaired.Count("written") == 2);
        await Task.Delay(TimeSpan.FromSeconds(1.2), TimeProvider.System);
        Assert.Equal((1, 1, 2), (_said.Count("away"), _said.Count("back"), _repaired.Count("written")));
        Assert.True(await _admin.GetDatabase().KeyExistsAsync("session:jti-lamp"));
    }

    private Task<RedisResult> SetAsync(string name, string value) => Admin("CONFIG", "SET", name, value);

    private Task<RedisResult> Admin(string command, params object[] arguments) => _admin.GetServers()[0].ExecuteAsync(command, arguments);

    private sealed class Said<T> : ILogger<T>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public int Count(string word) => _lines.Count(line => line.Contains(word, StringComparison.Ordinal));

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));
    }
}
