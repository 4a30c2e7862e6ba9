using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;
using Rollcall.Administration.Customers;
using Rollcall.Commands;
using Rollcall.Fleet;
using Rollcall.Journal;
using Rollcall.Migrations;
using Rollcall.Schema;

namespace Rollcall.Sqlite;

internal sealed class SqliteTestStore : TestStore
{
    private readonly TemporaryFolder _folder;
    private readonly bool _owned;

    public SqliteTestStore()
        : this(new TemporaryFolder())
    {
        _owned = true;
        using var migrator = Migrator.ForSqlite(File);
        migrator.Up();
    }

    /// <summary>The store of a folder that is another's, its tables as they are.</summary>
    public SqliteTestStore(TemporaryFolder folder)
    {
        _folder = folder;
        (Writer, Readers) = (new SqliteWriter(File), new SqliteReaders(File));
        Devices = new SqliteDeviceStore(Writer, Readers, TimeProvider.System);
        Roster = new SqliteFleetStore(Writer, Readers);
        Commands = new SqliteCommandStore(Writer, Readers);
    }

    public string File => _folder.Database;

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    public override IDeviceStore Devices { get; }

    public override IFleetStore Roster { get; }

    public override ICommandStore Commands { get; }

    public override async Task<long> Count(string table, string where = "1 = 1") =>
        (await Ask<long>($"SELECT COUNT(*) FROM {table} WHERE {where}"))[0];

    public override Task<string[]> Tables() => Ask<string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");

    public override async Task<long> Mentions(string table, string text) => await Count(
        table,
        string.Join(" OR ", (await Ask<string>($"SELECT name FROM pragma_table_info('{table}')"))
            .Select(column => $"instr(CAST(\"{column}\" AS TEXT), '{text}') > 0")));

    public override Task Say(string sql) => Writer.WriteAsync(statements => statements.Execute(sql), CancellationToken.None);

    public override Task SetSearch(string id, string search) =>
        Writer.WriteAsync(statements => statements.Execute("UPDATE devices SET search = $1 WHERE device_id = $0", id, search),
            CancellationToken.None);

    public override void AddTo(IServiceCollection services) => services
        .AddSingleton(Devices).AddSingleton(Roster).AddSingleton(Commands).AddSingleton(Writer).AddSingleton(Readers).AddGrainStorageInSqlite();

    public override IGrainStorage States(params FactTable[] facts) =>
        new SqliteGrainStorage(Writer, Readers, GrainStorageHosting.Serializer, new FactTables(facts));

    public override void Former(AdoNetGrainStorageOptions options)
    {
        (options.Invariant, options.ConnectionString) = ("System.Data.SQLite", SqliteConnections.ConnectionString(File));
        (options.GrainStorageSerializer, options.DeleteStateOnClear) = (GrainStorageHosting.Serializer, true);
    }

    public override CustomerRepository Book() => CustomerRepository.Of(File, TimeProvider.System);

    public override Task ForgetCounts() => Say($"UPDATE customers SET {CountTable.Each("@ = 0")}");

    public override async Task Clear()
    {
        foreach (var table in new[] { "devices", "customers", "presence_events", "commands" })
        {
            await Writer.WriteAsync(statements => statements.Execute($"DELETE FROM {table}"), CancellationToken.None);
        }
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

    public override ValueTask DisposeAsync()
    {
        Writer.Dispose();
        Readers.Dispose();
        if (_owned)
        {
            _folder.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
