using Rollcall.Devices;
using Rollcall.Fleet;

namespace Rollcall.Schema;

/// <summary>
/// The query for a page of a customer's devices by ascending id. What a condition of a filter compares is declared here, once for all stores; how
/// each writes that is its dialect's. Only the conditions that are asked for are in the statement.
/// </summary>
internal sealed class DevicePageQuery
{
    private readonly FilterDialect _dialect;
    private readonly int _limit;
    private readonly List<object> _values = [];

    public DevicePageQuery(FilterDialect dialect, string customerId, DeviceFilter filter, string? after, int limit)
    {
        (_dialect, _limit) = (dialect, limit);
        var conditions = new List<string> { "customer_id = " + Placed(customerId) };
        var most = Placed(limit + 1);
        if (after is not null)
        {
            conditions.Add("device_id > " + Placed(after));
        }

        conditions.AddRange(filter.Conditions.Select(Written));
        Sql = $"SELECT {DeviceTable.Columns} FROM devices WHERE {string.Join(" AND ", conditions)} ORDER BY device_id LIMIT {most}";
    }

    public string Sql { get; }

    /// <summary>In the order of their places.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>One device more than the page has was asked for.</summary>
    public (IReadOnlyList<DeviceRow> Devices, bool More) Page(List<DeviceRow> read) =>
        read.Count > _limit ? (read[.._limit], true) : (read, false);

    private string Written(DeviceCondition condition) => condition switch
    {
        StatusIn status => OneOf("status", status.Values.Select(WireNames.Of)),
        HealthIn health => OneOf("health", health.Values.Select(WireNames.Of)),
        IdIn ids => OneOf("device_id", ids.Values),
        TextContains text => _dialect.Contains("search", Placed(text.Folded)),
        _ => throw new NotSupportedException($"No store knows {condition.GetType().Name}."),
    };

    private string OneOf(string column, IEnumerable<string> values)
    {
        var (sql, value) = _dialect.OneOf(column, _dialect.Placeholder(_values.Count), [.. values]);
        _values.Add(value);
        return sql;
    }

    private string Placed(object value)
    {
        _values.Add(value);
        return _dialect.Placeholder(_values.Count - 1);
    }
}
