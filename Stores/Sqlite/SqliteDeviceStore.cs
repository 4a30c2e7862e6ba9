using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>The journal's store in one SQLite file: every flush is one transaction of prepared updates.</summary>
internal sealed class SqliteDeviceStore(SqliteWriter writer, SqliteReaders readers, TimeProvider clock) : IDeviceStore
{
    private bool _probe;

    public Task<bool[]> WriteAsync(IReadOnlyList<Change> changes, CancellationToken cancellation) =>
        writer.WriteAsync(statements => Write(statements, changes), cancellation);

    public Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation) =>
        readers.ReadAsync<IReadOnlyList<DeviceRow>>(statements => Read(statements, deviceIds), cancellation);

    public async Task ProbeAsync(CancellationToken cancellation)
    {
        // Waits behind any earlier write of this process, so that its result is settled when this returns. Changes a page of
        // the file: an update of nothing would succeed on a full disk.
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(1));
        _probe = !_probe;
        await writer.WriteAsync(statements => statements.Execute(_probe ? "PRAGMA user_version = 1" : "PRAGMA user_version = 2"), timeout.Token);
    }

    private bool[] Write(SqliteStatements statements, IReadOnlyList<Change> changes)
    {
        var now = SqliteRow.Time(ClockReading.WallNow(clock));
        var stored = new bool[changes.Count];
        var counts = new Dictionary<string, long[]>();
        for (var i = 0; i < changes.Count; i++)
        {
            stored[i] = SqliteChanges.Write(statements, changes[i], now, out var made);
            if (made)
            {
                CountTable.Add(changes[i], Of(changes[i].CustomerId));
            }
        }

        SqliteCounts.Add(statements, counts);
        return stored;

        long[] Of(string customer) =>
            counts.TryGetValue(customer, out var columns) ? columns : counts[customer] = new long[CountTable.Columns.Length];
    }

    private static List<DeviceRow> Read(SqliteStatements statements, IReadOnlyList<string> deviceIds)
    {
        var rows = new List<DeviceRow>(deviceIds.Count);
        foreach (var id in deviceIds)
        {
            using var row = statements.Query($"SELECT {DeviceTable.Columns} FROM devices WHERE device_id = $0", id);
            if (row.Read())
            {
                rows.Add(DeviceTable.Read(new SqliteRow(row)));
            }
        }

        return rows;
    }
}
