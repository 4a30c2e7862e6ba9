using Npgsql;
using Rollcall.Devices;
using Rollcall.Roster;
using Rollcall.Schema;

namespace Rollcall.Postgres;

/// <summary>
/// A customer's devices by ascending id. The statement holds only the filters that are asked for, and is planned for their
/// very values: few devices are offline, many online, and that is another index.
/// </summary>
internal sealed class DevicePages
{
    internal const string CountsSql = """
        SELECT coalesce(sum(devices_total), 0)::bigint, coalesce(sum(devices_online), 0)::bigint FROM customer_counts WHERE customer_id = $1
        """;

    private readonly List<object> _values;
    private readonly int _limit;
    private string _where = "customer_id = $1";

    private DevicePages(string customerId, int limit)
    {
        _limit = limit;
        _values = [customerId, limit + 1];
    }

    public string Sql => $"SELECT {DeviceTable.Columns} FROM devices WHERE {_where} ORDER BY device_id LIMIT $2";

    public IReadOnlyList<object> Values => _values;

    public static DevicePages Of(string customerId, DeviceQuery query) => new DevicePages(customerId, query.Limit)
        .And("device_id > {0}", query.After)
        .And("status = {0}", query.Status is { } status ? WireNames.Of(status) : null)
        .And("health = {0}", query.Health is { } health ? WireNames.Of(health) : null)
        .And("strpos(search, {0}) > 0", SearchText.Fold(query.Search));

    public static DevicePages Of(string customerId, WatchQuery query) => new DevicePages(customerId, query.Limit)
        .And("status = ANY({0})", query.Statuses?.Select(WireNames.Of).ToArray())
        .And("device_id = ANY({0})", query.DeviceIds?.ToArray())
        .And("strpos(search, {0}) > 0", SearchText.Fold(query.Search));

    public async Task<(IReadOnlyList<DeviceRow> Devices, bool More, Counts Counts)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        var devices = await connection.AllAsync(Sql, row => DeviceTable.Read(new PostgresRow(row)), _values, cancellation);
        var counts = await connection.AllAsync(
            CountsSql, row => new Counts(row.GetInt64(0), row.GetInt64(1)), [_values[0]], cancellation);
        var more = devices.Count > _limit;
        return (more ? devices[.._limit] : devices, more, counts[0]);
    }

    private DevicePages And(string condition, object? value)
    {
        if (value is not null)
        {
            _values.Add(value);
            _where += " AND " + string.Format(System.Globalization.CultureInfo.InvariantCulture, condition, "$" + _values.Count);
        }

        return this;
    }
}
