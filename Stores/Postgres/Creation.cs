using Npgsql;
using NpgsqlTypes;
using Rollcall.Devices;

namespace Rollcall.Postgres;

/// <summary>Devices that have never been seen, added in one transaction.</summary>
internal static class Creation
{
    private const string Customers = """
        INSERT INTO customers (customer_id, created_at)
        SELECT customer_id, min(created_at) FROM unnest($1, $2) AS given (customer_id, created_at) GROUP BY customer_id ORDER BY customer_id
        ON CONFLICT (customer_id) DO NOTHING
        """;

    // In the order of ids, so that two who add the same ones wait for each other in one direction only.
    private const string Devices = """
        WITH made AS (
            INSERT INTO devices (device_id, customer_id, revision, name, location, search, mode, profile_version, registered_at, updated_at,
                credential, activation, activation_expires_at, activated, session_epoch, status, status_since, presence_seq)
            SELECT device_id, customer_id, revision, name, location, search, mode, profile_version, registered_at, registered_at,
                credential, activation, activation_expires_at, activated, session_epoch, status, status_since, presence_seq
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) WITH ORDINALITY AS given (
                device_id, customer_id, revision, name, location, search, mode, profile_version, registered_at,
                credential, activation, activation_expires_at, activated, session_epoch, status, status_since, presence_seq, place)
            ORDER BY device_id, place
            ON CONFLICT (device_id) DO NOTHING
            RETURNING device_id, customer_id, status
        ), counted AS (
            INSERT INTO customer_counts AS c (customer_id, slot, devices_total, devices_online)
            SELECT customer_id, $1, count(*), count(*) FILTER (WHERE status = 'online') FROM made GROUP BY customer_id ORDER BY customer_id
            ON CONFLICT (customer_id, slot) DO UPDATE SET
                devices_total = c.devices_total + excluded.devices_total, devices_online = c.devices_online + excluded.devices_online
        )
        SELECT device_id FROM made
        """;

    public static async Task<bool[]> ExecuteAsync(NpgsqlConnection connection, IReadOnlyList<DeviceRow> devices, short slot, CancellationToken cancellation)
    {
        var made = await MakeAsync(connection, devices, slot, cancellation);

        // Of two with the same id the first is made.
        bool[] there = [.. devices.Select(device => made.Remove(device.DeviceId))];
        if (there.Contains(false))
        {
            var same = await SameAsync(connection, [.. devices.Where((_, place) => !there[place])], cancellation);
            there = [.. devices.Select((device, place) => there[place] || same.Contains((device.DeviceId, device.Revision)))];
        }

        return there;
    }

    private static async Task<HashSet<string>> MakeAsync(NpgsqlConnection connection, IReadOnlyList<DeviceRow> devices, short slot, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ForCustomers(devices), ForDevices(devices, slot) } };
        await using var reader = await batch.FirstAnswerAsync(cancellation);
        var made = new HashSet<string>();
        while (await reader.ReadAsync(cancellation))
        {
            made.Add(reader.GetString(0));
        }

        // Its end is where the server says that it is committed.
        await reader.NextResultAsync(cancellation);
        return made;
    }

    /// <summary>Those that a call before has made, whose answer was lost. In a snapshot of after the attempt: that waited for one still open.</summary>
    private static async Task<HashSet<(string, long)>> SameAsync(NpgsqlConnection connection, IReadOnlyList<DeviceRow> devices, CancellationToken cancellation) =>
    [
        .. await connection.AllAsync(
            "SELECT d.device_id, d.revision FROM devices d JOIN unnest($1, $2) AS mine (device_id, revision) USING (device_id, revision)",
            row => (row.GetString(0), row.GetInt64(1)),
            [devices.Select(device => device.DeviceId).ToArray(), devices.Select(device => device.Revision).ToArray()], cancellation),
    ];

    private static NpgsqlBatchCommand ForCustomers(IReadOnlyList<DeviceRow> devices) => new(Customers)
    {
        Parameters =
        {
            Array(devices, NpgsqlDbType.Text, device => device.CustomerId),
            Array(devices, NpgsqlDbType.TimestampTz, device => device.Profile.RegisteredAt.UtcDateTime),
        },
    };

    private static NpgsqlBatchCommand ForDevices(IReadOnlyList<DeviceRow> devices, short slot) => new(Devices)
    {
        Parameters =
        {
            new NpgsqlParameter<short> { TypedValue = slot },
            Array(devices, NpgsqlDbType.Text, device => device.DeviceId),
            Array(devices, NpgsqlDbType.Text, device => device.CustomerId),
            Array(devices, NpgsqlDbType.Bigint, device => device.Revision),
            Array(devices, NpgsqlDbType.Text, device => device.Profile.Name),
            Array(devices, NpgsqlDbType.Text, device => device.Profile.Location),
            Array(devices, NpgsqlDbType.Text, device => DeviceColumns.Search(device.DeviceId, device.Profile.Name)),
            Array(devices, NpgsqlDbType.Text, device => WireNames.Of(device.Profile.Mode)),
            Array(devices, NpgsqlDbType.Bigint, device => device.Profile.Version),
            Array(devices, NpgsqlDbType.TimestampTz, device => device.Profile.RegisteredAt.UtcDateTime),
            Array(devices, NpgsqlDbType.Text, device => device.Profile.Credential),
            Array(devices, NpgsqlDbType.Text, device => device.Profile.Activation),
            Array(devices, NpgsqlDbType.TimestampTz, device => device.Profile.ActivationExpiresAt?.UtcDateTime),
            Array(devices, NpgsqlDbType.Boolean, device => device.Profile.Activated),
            Array(devices, NpgsqlDbType.Bigint, device => device.Session.Epoch),
            Array(devices, NpgsqlDbType.Text, device => WireNames.Of(device.Presence.Status)),
            Array(devices, NpgsqlDbType.TimestampTz, device => device.Presence.StatusSince.UtcDateTime),
            Array(devices, NpgsqlDbType.Bigint, device => device.Presence.Seq),
        },
    };

    private static NpgsqlParameter<T[]> Array<T>(IReadOnlyList<DeviceRow> devices, NpgsqlDbType type, Func<DeviceRow, T> value) =>
        new() { TypedValue = [.. devices.Select(value)], NpgsqlDbType = NpgsqlDbType.Array | type };
}
