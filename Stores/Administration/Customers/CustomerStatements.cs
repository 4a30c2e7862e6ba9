using System.Data.Common;

namespace Rollcall.Administration.Customers;

/// <summary>The statements of a <see cref="CustomerRepository"/>, in one transaction.</summary>
internal sealed class CustomerStatements(DbConnection connection, DbTransaction? transaction, Func<DateTimeOffset, object> time)
{
    private const string Mine = "service_id = @service AND state_name = @state AND grain_key = @grain";

    public bool AddCustomer(string customerId, DateTimeOffset now) => Execute(
        "INSERT INTO customers (customer_id, created_at) VALUES (@id, @now) ON CONFLICT (customer_id) DO NOTHING",
        ("id", customerId), ("now", time(now))) == 1;

    public IReadOnlyList<(string CustomerId, long Devices)> Customers()
    {
        using var command = Command(
            "SELECT c.customer_id, count(d.device_id) FROM customers c LEFT JOIN devices d ON d.customer_id = c.customer_id GROUP BY "
                + "c.customer_id ORDER BY c.customer_id");
        using var reader = command.ExecuteReader();
        var all = new List<(string, long)>();
        while (reader.Read())
        {
            all.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return all;
    }

    /// <summary>A grain's state and its version; null when it has none.</summary>
    public (int Version, byte[]? Payload)? State(string state, string grain)
    {
        using var command = Command($"SELECT version, payload FROM grain_state WHERE {Mine}", Key(state, grain));
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1)) : null;
    }

    /// <summary>Writes a grain's state as its own silo would; an active grain finds its version outdated at its next write, and reads.</summary>
    /// <exception cref="SettingException">Somebody else has written since it was read.</exception>
    public void Write(string state, string grain, byte[] payload, int? version, DateTimeOffset now)
    {
        var sql = version is null
            ? "INSERT INTO grain_state (service_id, state_name, grain_key, version, payload, written_at) VALUES (@service, @state, @grain, 1, "
                + "@payload, @now) ON CONFLICT (service_id, state_name, grain_key) DO NOTHING"
            : $"UPDATE grain_state SET version = version + 1, payload = @payload, written_at = @now WHERE {Mine} AND version = @version";
        (string, object)[] values = [.. Key(state, grain), ("payload", payload), ("now", time(now)), ("version", version ?? 0)];
        if (Execute(sql, version is null ? values[..^1] : values) != 1)
        {
            throw new SettingException("BOOTSTRAP_ENROLMENT_KEY",
                "could not be made because its customer's keys were changed at the same moment: run `migrate up` again.");
        }
    }

    /// <summary>As the provider's statements make it of a key that is a text: the two numbers are zero.</summary>
    private static (string, object)[] Key(string state, string grain) =>
        [("service", Deployment.ServiceId), ("state", state), ("grain", "0.0." + grain)];

    private int Execute(string sql, params (string, object)[] values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    private DbCommand Command(string sql, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
