using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
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

/// <summary>What a real Redis holds of sessions and metrics: a hint, which may be late and must come right by itself.</summary>
public sealed class HintTests : IAsyncLifetime
{
    private readonly IOptions<DeviceOptions> _options = Options.Create(new DeviceOptions());
    private PostgresTestStore _store = null!;
    private RedisServer _server = null!;
    private RedisConnection _connection = null!;
    private SessionRepair _repair = null!;
    private RedisMirror _mirror = null!;
    private IDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        (_store, _server) = (await PostgresTestStore.OpenAsync(), await RedisServer.StartAsync(password: "a/b:c"));
        _connection = new RedisConnection(Address($"redis://:{Uri.EscapeDataString("a/b:c")}@127.0.0.1:{_server.Port}/3"));
        _repair = new SessionRepair(
            _connection, new PostgresSessions(_store.Pool), _store.Devices, _options, TimeProvider.System, NullLogger<SessionRepair>.Instance);
        _mirror = new RedisMirror(_connection, _repair, _options, TimeProvider.System, NullLogger<RedisMirror>.Instance);
        _database = await _connection.DatabaseAsync();
        await _mirror.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.StopAsync(CancellationToken.None);
        await _repair.StopAsync(CancellationToken.None);
        _mirror.Dispose();
        _repair.Dispose();
        _connection.Dispose();
        await _server.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_session_has_its_key_until_its_end_and_metrics_for_five_minutes()
    {
        var row = await _store.Create("lamp");
        var open = await OpenAsync(row);
        _mirror.Stored(new Change(row, open, []));
        await Eventually.IsSoAsync(
            async () => await _database.KeyExistsAsync("session:jti-lamp") && await _database.KeyExistsAsync("device:metrics:lamp"));
        var session = JsonDocument.Parse((await _database.StringGetAsync("session:jti-lamp")).ToString()).RootElement;
        Assert.Equal(("lamp", "acme"), (session.GetProperty("deviceId").GetString(), session.GetProperty("customerId").GetString()));
        Assert.InRange((await _database.KeyTimeToLiveAsync("session:jti-lamp"))!.Value, TimeSpan.FromDays(6.99), TimeSpan.FromDays(7));

        var heard = open with { Presence = open.Presence with { Metrics = """{"cpu":12.5}""", Health = DeviceHealth.Degraded } };
        _mirror.Stored(new Change(open, heard, []));
        await Eventually.IsSoAsync(
            async () => (await _database.StringGetAsync("device:metrics:lamp")).ToString().Contains("12.5", StringComparison.Ordinal));
        var metrics = JsonDocument.Parse((await _database.StringGetAsync("device:metrics:lamp")).ToString()).RootElement;
        Assert.Equal(("offline", "degraded"), (metrics.GetProperty("status").GetString(), metrics.GetProperty("health").GetString()));
        Assert.InRange((await _database.KeyTimeToLiveAsync("device:metrics:lamp"))!.Value, TimeSpan.FromSeconds(290), TimeSpan.FromSeconds(300));

        _mirror.Stored(new Change(heard, heard with { Session = SessionRule.Standard.EndAll(heard.Session) }, []));
        await Eventually.IsSoAsync(async () => !await _database.KeyExistsAsync("session:jti-lamp"));
        _mirror.Stored(Change.Removal(heard));
        await Eventually.IsSoAsync(async () => !await _database.KeyExistsAsync("device:metrics:lamp"));
    }

    [Fact]
    public async Task Both_sessions_have_their_key_from_their_issue_until_they_are_dropped_superseded_or_ended()
    {
        var now = TimeProvider.System.GetUtcNow();
        var used = SessionRule.Standard.Use(SessionRule.Standard.Issue(new SessionState(0, null), "jti-former", now.AddDays(-3)));
        var both = await StoreAsync(await _store.Create("lamp"), SessionRule.Standard.Issue(used, "jti-next", now.AddDays(-1)));
        _mirror.Stored(Change.Creation(both));
        await Eventually.IsSoAsync(async () => await KeysAsync() == "session:jti-former session:jti-next");
        await LastsAsync("jti-former", 4);
        await LastsAsync("jti-next", 6);

        // A sign-in drops one that was not used.
        var newer = await StoreAsync(both, SessionRule.Standard.Issue(both.Session, "jti-newer", now));
        _mirror.Stored(new Change(both, newer, []));
        await Eventually.IsSoAsync(async () => await KeysAsync() == "session:jti-former session:jti-newer");

        // The pass makes right what was lost, for both, and knows neither of the others.
        await _database.KeyDeleteAsync(["session:jti-former", "session:jti-newer"]);
        await _database.StringSetAsync("session:jti-next", """{"deviceId":"lamp"}""");
        await _repair.StartAsync(CancellationToken.None);
        await Eventually.IsSoAsync(async () => await KeysAsync() == "session:jti-former session:jti-newer");
        await LastsAsync("jti-former", 4);
        await LastsAsync("jti-newer", 7);

        var promoted = await StoreAsync(newer, SessionRule.Standard.Use(newer.Session));
        _mirror.Stored(new Change(newer, promoted, []));
        await Eventually.IsSoAsync(async () => await KeysAsync() == "session:jti-newer");
        _mirror.Stored(new Change(promoted, promoted with { Session = SessionRule.Standard.EndAll(promoted.Session) }, []));
        await Eventually.IsSoAsync(async () => await KeysAsync() == "");

        async Task<DeviceRow> StoreAsync(DeviceRow row, SessionState sessions)
        {
            var next = row.Next(session: sessions);
            Assert.True((await _store.Write(new Change(row, next, [])))[0]);
            return next;
        }

        async Task LastsAsync(string id, int days) =>
            Assert.InRange((await _database.KeyTimeToLiveAsync("session:" + id))!.Value, TimeSpan.FromDays(days - 0.01), TimeSpan.FromDays(days));
    }

    [Fact]
    public async Task While_Redis_is_away_nobody_waits_and_afterwards_the_sessions_are_those_of_the_roll()
    {
        var (kept, ended) = (await OpenAsync(await _store.Create("kept")), await OpenAsync(await _store.Create("ended")));
        _mirror.Stored(Change.Creation(kept));
        _mirror.Stored(Change.Creation(ended));
        await Eventually.IsSoAsync(
            async () => await _database.KeyExistsAsync("session:jti-kept") && await _database.KeyExistsAsync("session:jti-ended"));

        // Nobody answers, and what changes meanwhile is told to nobody.
        _server.Pause();
        var watch = Stopwatch.StartNew();
        for (var beat = 0; beat < 10_000; beat++)
        {
            _mirror.Stored(new Change(kept, kept, []));
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await Eventually.IsSoAsync(() => _mirror.IsAway);
        Assert.True((await _store.Write(new Change(ended, ended.Next(session: SessionRule.Standard.EndAll(ended.Session)), [])))[0]);
        var late = await OpenAsync(await _store.Create("late"));
        _mirror.Stored(Change.Creation(late));
        _server.Resume();
        await Eventually.IsSoAsync(() => !_mirror.IsAway);

        // One that is not ours stands under our name, and another has lost its text.
        await _database.StringSetAsync("session:stray", """{"deviceId":"nobody"}""");
        await _database.StringSetAsync("session:broken", "no json");
        await _repair.StartAsync(CancellationToken.None);
        await Eventually.IsSoAsync(async () => await KeysAsync() == "session:jti-kept session:jti-late");
    }

    [Theory]
    [InlineData("redis://host", "host", 6379, null, null, false, 0)]
    [InlineData("rediss://me:a%2Fb%3Ac@host:7000/5", "host", 7000, "me", "a/b:c", true, 5)]
    [InlineData("redis://:secret@[::1]:7000/", "[::1]", 7000, null, "secret", false, 0)]
    public void An_address_is_taken_apart(string url, string host, int port, string? user, string? password, bool tls, int database) =>
        Assert.Equal(new RedisAddress(host, port, user, password, tls, database), Address(url));

    [Theory]
    [InlineData("host:6379")]
    [InlineData("http://:secret@host")]
    [InlineData("redis://:secret@host/first")]
    [InlineData("redis://:secret@host?ssl=true")]
    [InlineData("redis://")]
    public void Another_shape_is_refused_without_repeating_its_password(string url)
    {
        var refused = Assert.Throws<SettingException>(() => Address(url));
        Assert.Contains("REDIS_URL", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    private static RedisAddress Address(string url) =>
        RedisAddress.Read(new ConfigurationBuilder().AddInMemoryCollection([new("REDIS_URL", url)]).Build())!;

    private async Task<DeviceRow> OpenAsync(DeviceRow row)
    {
        var next = row.Next(session: SessionRule.Standard.Issue(row.Session, "jti-" + row.DeviceId, TimeProvider.System.GetUtcNow()));
        Assert.True((await _store.Write(new Change(row, next, [])))[0]);
        return next;
    }

    private async Task<string> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var key in (await _connection.ServerAsync()).KeysAsync(_database.Database, "session:*"))
        {
            keys.Add(key.ToString());
        }

        return string.Join(' ', keys.Distinct().Order(StringComparer.Ordinal));
    }
}
