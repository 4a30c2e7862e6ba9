using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Postgres.Reading;
using StackExchange.Redis;

namespace Rollcall.Redis;

/// <summary>
/// Makes the sessions in Redis equal to those in the store: after Redis was away, when a silo is lost with unsent hints, at the start, and
/// now and then. First writes every session, in force or next; then removes every key whose session is over, which includes sessions that
/// ended in between.
/// </summary>
internal sealed partial class SessionRepair(
    RedisConnection redis, PostgresSessions sessions, IDeviceStore devices, IOptions<DeviceOptions> options, TimeProvider clock,
    ILogger<SessionRepair> log) : BackgroundService
{
    private const int Page = 1_000;
    private static readonly TimeSpan NowAndThen = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _requested = new(1, 1);

    /// <summary>Requests a repair soon; several requests are one. Never throws: it may be called in a twin's turn.</summary>
    public void Request()
    {
        try
        {
            if (_requested.CurrentCount == 0)
            {
                _requested.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Another request was first.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _requested.WaitAsync(NowAndThen, stoppingToken);
            try
            {
                var (written, removed) = (await WriteAsync(stoppingToken), await RemoveAsync(stoppingToken));
                LogRepaired(written, removed);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failed.Message);
                await Task.Delay(Again, clock, stoppingToken);
                Request();
            }
        }
    }

    private async Task<int> WriteAsync(CancellationToken stop)
    {
        var database = await redis.DatabaseAsync();
        var written = 0;
        IReadOnlyList<DeviceRow> rows;
        for (var after = ""; ; after = rows[^1].DeviceId)
        {
            rows = await sessions.OpenAsync(after, Page, stop);
            var batch = database.CreateBatch();
            var now = clock.GetUtcNow();
            var sent = rows
                .SelectMany(row => row.Session.All()
                    .Select(session => (session.Id, Hint: SessionHint.Of(row, session.IssuedAt, options.Value.SessionTtl, now))))
                .Where(one => one.Hint is not null)
                .Select(one => batch.StringSetAsync(SessionHint.Key(one.Id), one.Hint!.Value.Value, one.Hint.Value.ExpiresAt - now)).ToArray();
            batch.Execute();
            await Task.WhenAll(sent);
            written += sent.Length;
            if (rows.Count < Page)
            {
                return written;
            }
        }
    }

    private async Task<int> RemoveAsync(CancellationToken stop)
    {
        var (database, server) = (await redis.DatabaseAsync(), await redis.ServerAsync());
        var removed = 0;
        await foreach (var keys in server.KeysAsync(database.Database, SessionHint.Key("*"), Page).Chunk(Page).WithCancellation(stop))
        {
            var values = await database.StringGetAsync(keys);
            var hints = keys.Zip(values, (key, value) => (Key: key, DeviceId: DeviceOf(value))).ToArray();
            var rows = await devices.ReadAsync([.. hints.Select(hint => hint.DeviceId).OfType<string>().Distinct()], stop);
            var open = rows.SelectMany(row => row.Session.All()).Select(session => SessionHint.Key(session.Id)).ToHashSet();
            var over = hints.Where(hint => !open.Contains(hint.Key.ToString())).Select(hint => hint.Key).ToArray();
            removed += (int)await database.KeyDeleteAsync(over);
        }

        return removed;
    }

    private static string? DeviceOf(RedisValue value)
    {
        try
        {
            return value.IsNull ? null : JsonSerializer.Deserialize(value.ToString(), HintJson.Default.SessionHint)?.DeviceId;
        }
        catch (JsonException)
        {
            return null; // Not written by us, under our prefix: remove it.
        }
    }

    [LoggerMessage(LogLevel.Debug, "Sessions in Redis: {Written} written, {Removed} removed")]
    private partial void LogRepaired(int written, int removed);

    [LoggerMessage(LogLevel.Debug, "Sessions in Redis could not be repaired yet: {Reason}")]
    private partial void LogFailed(string reason);
}
