using Microsoft.Data.Sqlite;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Schema;
using static Rollcall.Sqlite.SqliteRow;

namespace Rollcall.Sqlite;

/// <summary>Lists, counts and logs in one SQLite file.</summary>
internal sealed class SqliteFleetStore(SqliteWriter writer, SqliteReaders readers) : IFleetStore
{
    public int Readers => readers.Places;

    public Task<(IReadOnlyList<DeviceRow> Devices, bool More, Counts Counts)> ListAsync(
        string customerId, DeviceFilter filter, string? after, int limit, CancellationToken cancellation) =>
        readers.ReadAsync(
            statements =>
            {
                var query = new DevicePageQuery(SqliteFilters.Instance, customerId, filter, after, limit);
                var (devices, more) = query.Page(filter.MatchesNone ? [] : All(
                    statements.Query(query.Sql, [.. query.Values]), row => DeviceTable.Read(new SqliteRow(row))));
                return (devices, more, SqliteCounts.Of(statements, customerId));
            },
            cancellation);

    public Task<EventPage> EventsAsync(string customerId, string deviceId, long? after, int limit, CancellationToken cancellation) =>
        readers.ReadAsync(statements => Events(statements, customerId, deviceId, after, limit), cancellation);

    public Task<FleetEventPage> FleetEventsAsync(string customerId, long position, int limit, CancellationToken cancellation) =>
        readers.ReadAsync(statements => FleetEvents(statements, customerId, position, limit), cancellation);

    public Task<IReadOnlyList<string>> OnlineAsync(string after, int limit, CancellationToken cancellation) =>
        readers.ReadAsync<IReadOnlyList<string>>(
            statements => All(
                statements.Query(
                    $"SELECT device_id FROM devices WHERE device_id > $0 AND {DeviceTable.HasDeadline} ORDER BY device_id LIMIT $1",
                    after, limit),
                row => row.GetString(0)),
            cancellation);

    public async Task<(string? Next, int Written)> FoldSearchAsync(string after, int limit, CancellationToken cancellation)
    {
        var page = await readers.ReadAsync(
            statements => All(
                statements.Query("SELECT device_id, name, search FROM devices WHERE device_id > $0 ORDER BY device_id LIMIT $1", after, limit),
                row => new FoldedRow(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2))),
            cancellation);
        var stale = page.FindAll(row => row.IsStale);
        var written = stale.Count == 0 ? 0 : await writer.WriteAsync(
            statements => stale.Sum(row => statements.Execute(
                "UPDATE devices SET search = $0 WHERE device_id = $1 AND search = $2", row.Folded, row.DeviceId, row.Search)),
            cancellation);
        return (FoldedRow.Next(page, limit, after, written == stale.Count), written);
    }

    public Task<IReadOnlyList<(string DeviceId, string Credential)>> WeakSecretsAsync(string after, int limit, CancellationToken cancellation) =>
        readers.ReadAsync<IReadOnlyList<(string, string)>>(
            statements => All(
                statements.Query(
                    $"SELECT device_id, credential FROM devices WHERE {DeviceTable.HasWeakSecret} AND device_id > $0 ORDER BY device_id LIMIT $1",
                    after, limit),
                row => (row.GetString(0), row.GetString(1))),
            cancellation);

    public async Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellation) =>
        await Stepwise(statements => SqliteEventLog.PruneSome(statements, before), cancellation);

    public async Task<int> BoundEventsAsync(EventBound bound, bool exact, CancellationToken cancellation)
    {
        if (await readers.ReadAsync(SqliteEventLog.HasNew, cancellation))
        {
            await Stepwise(SqliteEventLog.CountSome, cancellation);
        }

        var pruned = 0;
        foreach (var customer in await readers.ReadAsync(statements => SqliteEventLog.Over(statements, bound), cancellation))
        {
            if (exact)
            {
                // Only this deletes counted ones, except when a device is removed: that is counted next time.
                var counted = await readers.ReadAsync(statements => SqliteEventLog.Count(statements, customer), cancellation);
                await writer.WriteAsync(statements => SqliteEventLog.Set(statements, customer, counted), cancellation);
            }

            pruned += await Stepwise(statements => SqliteEventLog.BoundSome(statements, customer, bound), cancellation);
        }

        return pruned;
    }

    /// <summary>What is added is right however much was written since it was read: every change adds to both.</summary>
    public async Task<IReadOnlyList<CountCorrection>> ReconcileCountsAsync(CancellationToken cancellation)
    {
        var wrong = await readers.ReadAsync(SqliteCounts.Compare, cancellation);
        if (wrong.Count > 0)
        {
            await writer.WriteAsync(
                statements =>
                {
                    SqliteCounts.Add(statements, wrong);
                    return wrong.Count;
                },
                cancellation);
        }

        return [.. wrong.Select(one => new CountCorrection(one.Key, CountTable.Differences(place => one.Value[place])))];
    }

    public Task<DateTimeOffset?> NewestTimeAsync(CancellationToken cancellation) => readers.ReadAsync<DateTimeOffset?>(
        statements => All(statements.Query("SELECT at FROM clock_seen"), row => Time(row.GetString(0))) is [var at] ? at : null, cancellation);

    public Task NoteTimeAsync(DateTimeOffset now, CancellationToken cancellation) => writer.WriteAsync(
        statements => statements.Execute("INSERT INTO clock_seen VALUES (1, $0) ON CONFLICT (one) DO UPDATE SET at = excluded.at", Time(now)),
        cancellation);

    private async Task<int> Stepwise(Func<SqliteStatements, int> some, CancellationToken cancellation)
    {
        int done, all = 0;
        do
        {
            done = await writer.WriteAsync(some, cancellation);
            all += done;
        }
        while (done == SqliteEventLog.Step);
        return all;
    }

    private static EventPage Events(SqliteStatements statements, string customerId, string deviceId, long? after, int limit)
    {
        var last = All(
            statements.Query("SELECT presence_seq FROM devices WHERE device_id = $0 AND customer_id = $1", deviceId, customerId),
            row => row.GetInt64(0));
        if (last is not [var seq])
        {
            return new EventPage(Refusal.NotFound, [], 0);
        }

        var first = All(
            statements.Query("SELECT seq FROM presence_events WHERE device_id = $0 ORDER BY seq LIMIT 1", deviceId),
            row => row.GetInt64(0));
        var events = All(
            statements.Query(
                $"SELECT {PresenceTable.Columns} FROM presence_events WHERE device_id = $0 AND seq > $1 ORDER BY seq LIMIT $2",
                deviceId, after ?? 0, limit),
            row => PresenceTable.Read(new SqliteRow(row)));
        return new EventPage(Refusal.None, events, first is [var oldest] ? oldest : seq + 1);
    }

    private static FleetEventPage FleetEvents(SqliteStatements statements, string customerId, long position, int limit)
    {
        var pruned = All(
            statements.Query("SELECT events_pruned_through FROM customers WHERE customer_id = $0", customerId),
            row => row.GetInt64(0)) is [var through] ? through : 0;
        if (position > 0 && position < pruned)
        {
            return new FleetEventPage([], position, Gone: true);
        }

        var events = All(
            statements.Query(
                $"""
                SELECT id, device_id, {PresenceTable.Columns} FROM presence_events
                WHERE customer_id = $0 AND id > $1 ORDER BY id LIMIT $2
                """,
                customerId, position, limit),
            row => (Id: row.GetInt64(0), Event: new FleetEvent(row.GetString(1), PresenceTable.Read(new SqliteRow(row, 2)))));
        return new FleetEventPage([.. events.Select(one => one.Event)], events.Count > 0 ? events[^1].Id : Math.Max(position, pruned), Gone: false);
    }
}
