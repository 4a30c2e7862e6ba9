using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Rollcall.Clocks;
using Rollcall.Devices.Connections;
using Rollcall.Postgres.Connections;
using Rollcall.Sqlite;

namespace Rollcall.Administration.Customers;

/// <summary>
/// The customers of a store, for tools: plain statements that SQLite and PostgreSQL both understand. For the embedded store it locks the data
/// directory, so that no gateway runs meanwhile; a cluster may run.
/// </summary>
public sealed class CustomerRepository : IDisposable
{
    private readonly Func<DbConnection> _open;
    private readonly Func<DateTimeOffset, object> _time;
    private readonly TimeProvider _clock;
    private readonly IDisposable? _held;

    private CustomerRepository(Func<DbConnection> open, Func<DateTimeOffset, object> time, TimeProvider clock, IDisposable? held) =>
        (_open, _time, _clock, _held) = (open, time, clock, held);

    /// <summary>The repository of the store that the settings name: DATABASE_URL, or else DATA_DIR.</summary>
    /// <exception cref="SettingException">A setting is wrong, or another process has DATA_DIR.</exception>
    public static CustomerRepository Open(IConfiguration configuration, TimeProvider clock)
    {
        if (configuration.Text("DATABASE_URL") is not null)
        {
            var database = PostgresDatabase.From(configuration);
            return new CustomerRepository(database.Pool.OpenConnection, at => at.UtcDateTime, clock, database);
        }

        var directory = DataDirectory.Open(DataDirectory.Resolve(configuration.Text("DATA_DIR")));
        return Of(directory.Database, clock, directory);
    }

    /// <summary>The repository of a data directory that the caller has locked.</summary>
    public static CustomerRepository Of(DataDirectory directory, TimeProvider clock) => Of(directory.Database, clock);

    internal static CustomerRepository Of(string file, TimeProvider clock, IDisposable? held = null) =>
        new(() => SqliteConnections.Open(file), at => SqliteRow.Time(at), clock, held);

    /// <returns>False: it existed.</returns>
    /// <exception cref="SettingException">The tables do not exist, or are not up to date.</exception>
    public bool Add(string customerId)
    {
        using var connection = Connect();
        using var transaction = connection.BeginTransaction();
        var added = new CustomerStatements(connection, transaction, _time).AddCustomer(customerId, ClockReading.WallNow(_clock));
        transaction.Commit();
        return added;
    }

    /// <summary>All customers by id, with the number of their devices.</summary>
    /// <exception cref="SettingException">The tables do not exist, or are not up to date.</exception>
    public IReadOnlyList<(string CustomerId, long Devices)> List()
    {
        using var connection = Connect();
        return new CustomerStatements(connection, null, _time).Customers();
    }

    /// <summary>Creates what the settings name, if it does not exist; an existing one stays as it is, also a revoked key.</summary>
    /// <returns>What was created, as text.</returns>
    public IReadOnlyList<string> Ensure(Bootstrap bootstrap)
    {
        if (bootstrap.Customer is not { } customer)
        {
            return [];
        }

        using var connection = Connect();
        using var transaction = connection.BeginTransaction();
        var made = new BootstrapRows(new CustomerStatements(connection, transaction, _time))
            .Ensure(customer, bootstrap.EnrolmentKey, ClockReading.WallNow(_clock));
        transaction.Commit();
        return made;
    }

    public void Dispose() => _held?.Dispose();

    private DbConnection Connect()
    {
        DbConnection? connection = null;
        try
        {
            connection = _open();
            using var probe = connection.CreateCommand();
            probe.CommandText = "SELECT count(*) FROM customers WHERE customer_id = ''";
            probe.ExecuteNonQuery();
            return connection;
        }
        catch (DbException absent)
        {
            connection?.Dispose();
            throw new SettingException(
                _held is PostgresDatabase ? "DATABASE_URL" : "DATA_DIR",
                $"names a store that cannot be used ({absent.GetType().Name}); has `migrate up` been run?");
        }
    }
}
