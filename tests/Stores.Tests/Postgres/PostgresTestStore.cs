using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;
using Rollcall.Administration.Customers;
using Rollcall.Commands;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Reading;
using Rollcall.Postgres.Writing;
using Rollcall.Schema;

namespace Rollcall.Postgres;

internal sealed class PostgresTestStore : TestStore
{
    private PostgresTestStore(string connectionString, TimeProvider clock)
    {
        ConnectionString = connectionString;
        Database = PostgresDatabase.From(connectionString, clock: clock);
        Writer = new PostgresWriter(Database, clock);
        Pool = new PostgresPool(Database);
        Devices = new PostgresDeviceStore(Writer, Pool, Slot, clock);
        Roster = new PostgresFleetStore(Pool);
        Commands = new PostgresCommandStore(Pool);
    }

    public string ConnectionString { get; }

    public PostgresDatabase Database { get; }

    public CountSlot Slot { get; } = new();

    public PostgresWriter Writer { get; }

    public PostgresPool Pool { get; }

    public override IDeviceStore Devices { get; }

    public override IFleetStore Roster { get; }

    public override ICommandStore Commands { get; }

    public static async Task<PostgresTestStore> OpenAsync() => Of(await SharedPostgres.NewDatabaseAsync());

    /// <summary>The store of another process on the same database.</summary>
    public static PostgresTestStore Of(string connectionString, TimeProvider? clock = null) => new(connectionString, clock ?? TimeProvider.System);

    public override async Task<long> Count(string table, string where = "1 = 1") =>
        (await Ask<long>($"SELECT count(*) FROM {table} WHERE {where}"))[0];

    public override Task<string[]> Tables() => Ask<string>(
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1");

    public override Task<long> Mentions(string table, string text) =>
        Count($"\"{table}\"", $"strpos(\"{table}\"::text, '{text}') > 0 OR strpos(\"{table}\"::text, encode('{text}', 'hex')) > 0");

    public override async Task Say(string sql) => await Ask<int>(sql);

    public override async Task SetSearch(string id, string search) =>
        await Ask<int>("UPDATE devices SET search = $2 WHERE device_id = $1 RETURNING 1", id, search);

    public override void AddTo(IServiceCollection services) => services
        .AddSingleton(Devices).AddSingleton(Roster).AddSingleton(Commands).AddSingleton(Pool).AddGrainStorageInPostgres();

    public override IGrainStorage States(params FactTable[] facts) =>
        new PostgresGrainStorage(Pool, GrainStorageHosting.Serializer, new FactTables(facts));

    public override void Former(AdoNetGrainStorageOptions options)
    {
        (options.Invariant, options.DataSource) = ("Npgsql", Database.Pool);
        (options.GrainStorageSerializer, options.DeleteStateOnClear) = (GrainStorageHosting.Serializer, true);
    }

    public override CustomerRepository Book() => CustomerRepository.Open(
        new ConfigurationBuilder().AddInMemoryCollection([new("DATABASE_URL", ConnectionString)]).Build(), TimeProvider.System);

    public override Task ForgetCounts() => Say("DELETE FROM customer_counts");

    public override async Task Clear() => await Ask<int>("TRUNCATE devices, customers, customer_counts, presence_events, commands");

    /// <summary>What a query says, on a connection of the pool.</summary>
    public async Task<T[]> Ask<T>(string sql, params object[] values) => [.. await Pool.ReadAsync(
        connection => connection.AllAsync(sql, row => row.GetFieldValue<T>(0), values, CancellationToken.None), CancellationToken.None)];

    /// <summary>How the server would carry a query out.</summary>
    public async Task<string> Plan(string sql, IReadOnlyList<object> values) => string.Join('\n', await Ask<string>("EXPLAIN " + sql, [.. values]));

    /// <summary>What the server has counted of the table of devices, with all that this store has written.</summary>
    public async Task<long> Statistic(string name)
    {
        await Writer.WriteAsync(
            async connection => await connection.AllAsync("SELECT pg_stat_force_next_flush()", _ => 0, [], CancellationToken.None),
            CancellationToken.None);
        return (await Ask<long>($"SELECT {name} FROM pg_stat_user_tables WHERE relname = 'devices'"))[0];
    }

    /// <summary>Returns when some transaction of this database waits for another's.</summary>
    public Task SomebodyWaits() => Eventually.GetAsync(
        () => Ask<int>("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"),
        waiting => waiting.Length > 0);

    /// <summary>A connection beside the store's.</summary>
    public async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public override async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        await Database.DisposeAsync();
    }
}
