using Rollcall.Devices;
using Rollcall.Journal;
using static Rollcall.Sqlite.SqliteRow;

namespace Rollcall.Sqlite;

/// <summary>The journal's store in one SQLite file: every flush is one transaction of prepared updates.</summary>
internal sealed class SqliteDeviceStore(SqliteWriter writer, SqliteReaders readers, TimeProvider clock) : IDeviceStore
{
    private bool _probe;

    // A beat leaves the indexed columns alone: naming one in SET costs an index entry even when its value stays.
    private const string Beat = """
        UPDATE devices SET revision = $2, health = $3, last_seen = $4, metrics = $5, updated_at = $6
        WHERE device_id = $0 AND revision = $1
        """;

    private const string Whole = """
        UPDATE devices SET revision = $2, health = $3, last_seen = $4, metrics = $5, updated_at = $6, status = $7,
            status_reason = $8, status_since = $9, presence_seq = $10, session_epoch = $11, session_id = $12, session_opened_at = $13,
            next_session_id = $14, next_session_epoch = $15, next_session_issued_at = $16
        WHERE device_id = $0 AND revision = $1
        """;

    private const string OfProfile = """
        UPDATE devices SET name = $1, location = $2, search = $3, mode = $4, profile_version = $5, credential = $6,
            activation = $7, activation_expires_at = $8, activated = $9,
            former_credential = $10, credential_replaced_at = $11, former_credential_until = $12, credential_used = $13
        WHERE device_id = $0
        """;

    private const string Log = """
        INSERT INTO presence_events (customer_id, device_id, seq, from_status, to_status, reason, at)
        VALUES ($0, $1, $2, $3, $4, $5, $6)
        """;

    private const string Count = """
        UPDATE customers SET devices_total = devices_total + $1, devices_online = devices_online + $2 WHERE customer_id = $0
        """;

    public Task<bool[]> WriteAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancellation) =>
        writer.WriteAsync(statements => Write(statements, records), cancellation);

    public Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation) =>
        readers.ReadAsync<IReadOnlyList<DeviceRow>>(statements => Read(statements, deviceIds), cancellation);

    public async Task ProbeAsync(CancellationToken cancellation)
    {
        // Waits behind any earlier write of this process, so that its outcome is settled when this returns. Changes a page of
        // the file: an update of nothing would succeed on a full disk.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(1));
        _probe = !_probe;
        await writer.WriteAsync(statements => statements.Execute(_probe ? "PRAGMA user_version = 1" : "PRAGMA user_version = 2"), patience.Token);
    }

    private bool[] Write(SqliteStatements statements, IReadOnlyList<JournalRecord> records)
    {
        var now = Time(Instant.WallNow(clock));
        var stored = new bool[records.Count];
        var counts = new CountChanges();
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            stored[i] = record.Next is null ? Remove(statements, record.Base) : Update(statements, record, record.Next, now);
            if (stored[i])
            {
                counts.Add(record);
            }
        }

        foreach (var (customer, total, online) in counts.All)
        {
            statements.Execute(Count, customer, total, online);
        }

        return stored;
    }

    private static bool Update(SqliteStatements statements, JournalRecord record, DeviceRow next, string now)
    {
        var was = record.Base;
        var presence = next.Presence;
        var plain = record.Change is null && next.Session == was.Session;
        var rows = plain
            ? statements.Execute(
                Beat, was.DeviceId, was.Revision, next.Revision, Name(presence.Health), Time(presence.LastSeen), presence.Metrics, now)
            : statements.Execute(
                Whole, was.DeviceId, was.Revision, next.Revision, Name(presence.Health), Time(presence.LastSeen), presence.Metrics, now,
                WireNames.Of(presence.Status), Name(presence.Reason), Time(presence.StatusSince), presence.Seq, next.Session.Epoch, next.Session.Id,
                Time(next.Session.OpenedAt), next.Session.Next?.Id, next.Session.NextEpoch, Time(next.Session.Next?.IssuedAt));
        if (rows == 0)
        {
            return false;
        }

        if (record.ProfileChanged)
        {
            var profile = next.Profile;
            statements.Execute(
                OfProfile, was.DeviceId, profile.Name, profile.Location, DeviceColumns.Search(was.DeviceId, profile.Name), WireNames.Of(profile.Mode), profile.Version,
                profile.Credential, profile.Activation, Time(profile.ActivationExpiresAt), profile.Activated ? 1 : 0,
                profile.Former?.Credential, Time(profile.Former?.ReplacedAt), Time(profile.Former?.GoodUntil), profile.Former is { Used: false } ? 0 : 1);
        }

        SqliteCommands.Write(statements, record, next.Commands);
        if (record.Change is { } change)
        {
            statements.Execute(
                Log, was.CustomerId, was.DeviceId, change.Seq, WireNames.Of(change.From), WireNames.Of(change.To), WireNames.Of(change.Reason), Time(change.At));
        }

        return true;
    }

    private static bool Remove(SqliteStatements statements, DeviceRow device)
    {
        if (statements.Execute("DELETE FROM devices WHERE device_id = $0 AND revision = $1", device.DeviceId, device.Revision) == 0)
        {
            return false;
        }

        statements.Execute("DELETE FROM presence_events WHERE device_id = $0", device.DeviceId);
        statements.Execute("DELETE FROM commands WHERE device_id = $0", device.DeviceId);
        return true;
    }

    private static List<DeviceRow> Read(SqliteStatements statements, IReadOnlyList<string> deviceIds)
    {
        var rows = new List<DeviceRow>(deviceIds.Count);
        foreach (var id in deviceIds)
        {
            using var row = statements.Query($"SELECT {DeviceColumns.All} FROM devices WHERE device_id = $0", id);
            if (row.Read())
            {
                rows.Add(Of(row));
            }
        }

        return rows;
    }

    /// <summary>How a flush changes the counts of its customers, so that nobody ever has to count rows.</summary>
    private sealed class CountChanges
    {
        private readonly Dictionary<string, (int Total, int Online)> _changes = [];

        public IEnumerable<(string Customer, int Total, int Online)> All => _changes.Select(change => (change.Key, change.Value.Total, change.Value.Online));

        public void Add(JournalRecord record)
        {
            var online = (record.Next?.Presence.Online == true ? 1 : 0) - (record.Base.Presence.Online ? 1 : 0);
            var total = record.Next is null ? -1 : 0;
            if (online != 0 || total != 0)
            {
                var (formerTotal, formerOnline) = _changes.GetValueOrDefault(record.Base.CustomerId);
                _changes[record.Base.CustomerId] = (formerTotal + total, formerOnline + online);
            }
        }
    }
}
