using Microsoft.Data.Sqlite;
using Rollcall.Migrations;

namespace Rollcall.Sqlite;

public sealed class SqliteMigratorTests : MigratorTests
{
    private protected override Task<EmptyStore> Empty() => Task.FromResult<EmptyStore>(new EmptyFile());

    private sealed class EmptyFile : EmptyStore
    {
        private readonly TemporaryFolder _folder = new();

        public override Task<string[]> Schema()
        {
            using var connection = SqliteConnections.Open(_folder.Database);
            using var query = connection.CreateCommand();
            query.CommandText =
                "SELECT name || ': ' || COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'VersionInfo' ORDER "
                    + "BY name";
            using SqliteDataReader rows = query.ExecuteReader();
            var schema = new List<string>();
            while (rows.Read())
            {
                schema.Add(rows.GetString(0));
            }

            return Task.FromResult(schema.ToArray());
        }

        public override Task Say(string sql)
        {
            using var connection = SqliteConnections.Open(_folder.Database);
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteNonQueryAsync();
        }

        public override TestStore Open() => new SqliteTestStore(_folder);

        public override ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        protected override Migrator Migrator() => Migrations.Migrator.ForSqlite(_folder.Database);
    }
}
