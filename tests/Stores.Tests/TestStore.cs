using Rollcall.Devices;
using Rollcall.Journal;
using Rollcall.Migrations;
using Rollcall.Roster;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>A SQLite store of one test, its tables up to date.</summary>
internal sealed class TestStore : IDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TestFolder _folder = new();

    public TestStore()
    {
        using (var migrator = Migrator.ForSqlite(File))
        {
            migrator.Up();
        }

        (Writer, Readers) = (new SqliteWriter(File), new SqliteReaders(File));
        Devices = new SqliteDeviceStore(Writer, Readers, TimeProvider.System);
        Roster = new SqliteRosterStore(Writer, Readers);
    }

    public string File => _folder.Database;

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    public SqliteDeviceStore Devices { get; }

    public SqliteRosterStore Roster { get; }

    public static DeviceRow New(string id, string customer = "acme", string? name = null) => Joining.NewRow(id, customer, Noon, name, null, null);

    public async Task<DeviceRow> Create(string id, string customer = "acme", string? name = null)
    {
        var row = New(id, customer, name);
        Assert.True((await Roster.CreateAsync([row], CancellationToken.None))[0]);
        return row;
    }

    /// <summary>Stores a transition of the device, at a time in minutes after noon.</summary>
    public async Task<DeviceRow> Flip(DeviceRow row, int minute = 0)
    {
        var record = Flipped(row, minute);
        Assert.True((await Write(record))[0]);
        return record.Next!;
    }

    public static JournalRecord Flipped(DeviceRow row, int minute = 0)
    {
        var (from, to) = row.Presence.Online ? (DeviceStatus.Online, DeviceStatus.Offline) : (DeviceStatus.Offline, DeviceStatus.Online);
        var reason = row.Presence.Online ? PresenceReason.HeartbeatTimeout : PresenceReason.Heartbeat;
        var change = new Transition(row.Presence.Seq + 1, from, to, reason, Noon.AddMinutes(minute));
        var next = row.Presence with { Status = to, Reason = reason, StatusSince = change.At, Seq = change.Seq, LastSeen = change.At };
        return new JournalRecord(row, row.Next(presence: next), change);
    }

    public Task<bool[]> Write(params JournalRecord[] records) => Devices.WriteAsync(records, CancellationToken.None);

    public async Task<DeviceRow?> Row(string id) => (await Devices.ReadAsync([id], CancellationToken.None)).SingleOrDefault();

    public Task<EventPage> Events(string id, long? after = null, int limit = 100, string customer = "acme") =>
        Roster.EventsAsync(customer, id, after, limit, CancellationToken.None);

    public Task<FleetEventPage> Fleet(long position = 0, int limit = 100, string customer = "acme") =>
        Roster.FleetEventsAsync(customer, position, limit, CancellationToken.None);

    public async Task<(string[] Ids, bool More, Counts Counts)> List(
        string? search = null, DeviceStatus? status = null, DeviceHealth? health = null, string? after = null, int limit = 100, string customer = "acme")
    {
        var (devices, more, counts) = await Roster.ListAsync(customer, new DeviceQuery(status, health, search, after, limit), CancellationToken.None);
        return ([.. devices.Select(device => device.DeviceId)], more, counts);
    }

    /// <summary>What a query says on the very connection that writes.</summary>
    public Task<T[]> Ask<T>(string sql, int column = 0, params object?[] values) => Writer.WriteAsync(
        statements =>
        {
            using var reader = statements.Query(sql, values);
            var answers = new List<T>();
            while (reader.Read())
            {
                answers.Add(reader.GetFieldValue<T>(column));
            }

            return answers.ToArray();
        },
        CancellationToken.None);

    public void Dispose()
    {
        Writer.Dispose();
        Readers.Dispose();
        _folder.Dispose();
    }
}
