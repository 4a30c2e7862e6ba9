using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

/// <summary>The journal's store in one SQLite file: every flush is one transaction of prepared updates.</summary>
internal sealed class SqliteDeviceStore(SqliteWriter writer, SqliteReaders readers, TimeProvider clock) : IDeviceStore
{
    private bool _probe;

    private const string Count = """
        UPDATE customers SET devices_total = devices_total + $1, devices_online = devices_online + $2 WHERE customer_id = $0
        """;

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
        var counts = new CountChanges();
        for (var i = 0; i < changes.Count; i++)
        {
            stored[i] = SqliteChanges.Write(statements, changes[i], now, out var made);
            if (made)
            {
                counts.Add(changes[i]);
            }
        }

        foreach (var (customer, devices, online) in counts.All)
        {
            statements.Execute(Count, customer, devices, online);
        }

        return stored;
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

    /// <summary>How a flush changes the counts of its customers, so that rows never have to be counted.</summary>
    private sealed class CountChanges
    {
        private readonly Dictionary<string, (int Devices, int Online)> _changes = [];

        public IEnumerable<(string Customer, int Devices, int Online)> All =>
            _changes.Select(change => (change.Key, change.Value.Devices, change.Value.Online));

        public void Add(Change change)
        {
            if (change.Devices != 0 || change.Online != 0)
            {
                var (devices, online) = _changes.GetValueOrDefault(change.CustomerId);
                _changes[change.CustomerId] = (devices + change.Devices, online + change.Online);
            }
        }
    }
}
