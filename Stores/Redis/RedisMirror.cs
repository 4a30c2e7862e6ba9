using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Journal;
using StackExchange.Redis;

namespace Rollcall.Redis;

/// <summary>
/// Hints in Redis: gathered for a moment, the newest of each device, sent as one pipeline. Nobody waits for it. While Redis is away nothing
/// is gathered; afterwards <see cref="SessionRepair"/> repairs the sessions, and heartbeats the metrics. A Redis that accepts no writes counts
/// as away: when it is full, or a replica, it still answers PING.
/// </summary>
internal sealed partial class RedisMirror(
    RedisConnection redis, SessionRepair repair, IOptions<DeviceOptions> options, TimeProvider clock, ILogger<RedisMirror> log)
    : BackgroundService, IDeviceMirror
{
    private const int MostSessions = 100_000;
    private const int Pipeline = 1_000;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Trial = TimeSpan.FromSeconds(5);
    private static readonly RedisKey Writable = "rollcall:writable";
    private static readonly TimeSpan WritableLifetime = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private Dictionary<string, DeviceRow?> _metrics = [];
    private Dictionary<string, (DeviceRow Row, DateTimeOffset? IssuedAt)?> _sessions = [];
    private TimeSpan _again = Again;
    private long? _back;
    private long _tried = clock.GetTimestamp();
    private volatile bool _away;

    public bool IsAway => _away;

    public void Stored(Change change)
    {
        var (was, now) = (change.Base, change.Next);
        if (_away)
        {
            return;
        }

        lock (_gate)
        {
            _metrics[change.DeviceId] = now;
            if (!ReferenceEquals(was?.Session, now?.Session))
            {
                Note(was, now);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(_away ? _again : Gather, clock, stoppingToken);
            try
            {
                await Send().WaitAsync(Timeout, clock, stoppingToken);
                if (_away)
                {
                    (_away, _back) = (false, clock.GetTimestamp());
                    repair.Request();
                    LogBack();
                }
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                Lose(failed);
            }
        }
    }

    private void Note(DeviceRow? was, DeviceRow? now)
    {
        if (_sessions.Count >= MostSessions)
        {
            repair.Request();
            return;
        }

        foreach (var (id, _) in was?.Session.All() ?? [])
        {
            if (now?.Session.Has(id) != true)
            {
                _sessions[id] = null;
            }
        }

        foreach (var (id, issuedAt) in now?.Session.All() ?? [])
        {
            if (was?.Session.Has(id) != true)
            {
                _sessions[id] = (now!, issuedAt);
            }
        }
    }

    private void Lose(Exception failed)
    {
        if (!_away)
        {
            // A Redis that is nearly full accepts a write now and then: it is tried less often each time, or sessions would be repaired
            // every second.
            _again = _back is { } back && clock.GetElapsedTime(back) < MostAgain
                ? TimeSpan.FromTicks(Math.Min(2 * _again.Ticks, MostAgain.Ticks)) : Again;
            _away = true;
            LogAway(failed.Message);
        }

        lock (_gate)
        {
            (_metrics, _sessions) = ([], []);
        }
    }

    private async Task Send()
    {
        Dictionary<string, DeviceRow?> metrics;
        Dictionary<string, (DeviceRow Row, DateTimeOffset? IssuedAt)?> sessions;
        lock (_gate)
        {
            (metrics, _metrics, sessions, _sessions) = (_metrics, [], _sessions, []);
        }

        var database = await redis.DatabaseAsync();
        if (_away || clock.GetElapsedTime(_tried) > Trial)
        {
            // Also without heartbeats: /health reports what this found.
            _tried = clock.GetTimestamp();
            await database.StringSetAsync(Writable, RedisValue.EmptyString, WritableLifetime);
        }

        foreach (var some in sessions.Chunk(Pipeline))
        {
            await Piped(database, batch => some.Select(one => Session(batch, one.Key, one.Value)));
        }

        foreach (var some in metrics.Chunk(Pipeline))
        {
            await Piped(database, batch => some.Select(one => Metrics(batch, one.Key, one.Value)));
        }
    }

    private static async Task Piped(IDatabase database, Func<IBatch, IEnumerable<Task>> commands)
    {
        var batch = database.CreateBatch();
        var sent = commands(batch).ToArray();
        batch.Execute();
        await Task.WhenAll(sent);
    }

    private Task<bool> Session(IBatch batch, string id, (DeviceRow Row, DateTimeOffset? IssuedAt)? session) =>
        session is { } good && SessionHint.Of(good.Row, good.IssuedAt, options.Value.SessionTtl, clock.GetUtcNow()) is { } hint
            ? batch.StringSetAsync(SessionHint.Key(id), hint.Value, hint.ExpiresAt - clock.GetUtcNow())
            : batch.KeyDeleteAsync(SessionHint.Key(id));

    private static Task<bool> Metrics(IBatch batch, string deviceId, DeviceRow? row) => row is null
        ? batch.KeyDeleteAsync(MetricsHint.Key(deviceId))
        : batch.StringSetAsync(MetricsHint.Key(deviceId), MetricsHint.Of(row), MetricsHint.Lifetime);

    [LoggerMessage(LogLevel.Warning, "Redis is away or takes no writes, beats are stored without it: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "Redis is back and takes writes; sessions in it are made right")]
    private partial void LogBack();
}
