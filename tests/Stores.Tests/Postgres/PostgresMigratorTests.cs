using Npgsql;
using Rollcall.Migrations;
using Rollcall.Postgres.Reading;

namespace Rollcall.Postgres;

public sealed class PostgresMigratorTests : MigratorTests
{
    private protected override async Task<EmptyStore> Empty() => new EmptyDatabase(await SharedPostgres.NewDatabaseAsync(empty: true));

    [Fact]
    public async Task A_second_process_waits_until_the_first_has_moved_the_tables()
    {
        await using var store = await Empty();
        Task second;
        using (((EmptyDatabase)store).Lock())
        {
            second = Task.Run(store.Up);
            await ((EmptyDatabase)store).SomebodyWaits();
            Assert.False(second.IsCompleted);
        }

        await second;
        Assert.All(store.Steps(), step => Assert.True(step.Applied));
    }

    [Fact]
    public async Task One_that_would_wait_too_long_is_refused_in_a_sentence()
    {
        await using var store = await Empty();
        using var held = ((EmptyDatabase)store).Lock();
        var refused = Assert.Throws<SettingException>(() => ((EmptyDatabase)store).Lock(patience: 50));
        Assert.Matches("^DATABASE_URL names .+\\.$", refused.Message);
    }

    private sealed class EmptyDatabase(string connectionString) : EmptyStore
    {
        public NpgsqlConnection Lock(int patience = 30_000) => MigrationLock.Take(connectionString, patience);

        public Task<string[]> SomebodyWaits() =>
            Eventually.GetAsync(() => Ask("SELECT 'yes' FROM pg_stat_activity WHERE wait_event = 'advisory'"), waiting => waiting.Length > 0);

        public override Task<string[]> Schema() => Ask("""
            SELECT line FROM (
                SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' 
                    
                    || coalesce(column_default, '') || coalesce(collation_name, '')
                    FROM information_schema.columns WHERE table_schema = 'public'
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                UNION ALL SELECT relname || ' ' || relkind::text || ' ' || coalesce(array_to_string(reloptions, ','), '')
                    FROM pg_class WHERE relnamespace = 'public'::regnamespace
                UNION ALL SELECT proname || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            ) AS lines (line) WHERE line NOT LIKE '%VersionInfo%' AND line NOT LIKE '%UC_Version%' ORDER BY line COLLATE "C"
            """);

        public override Task Say(string sql) => SharedPostgres.SayAsync(connectionString, sql);

        public override TestStore Open() => PostgresTestStore.Of(connectionString);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Migrator Migrator() => Migrations.Migrator.ForPostgres(connectionString + ";Pooling=false");

        private async Task<string[]> Ask(string sql)
        {
            await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
            await connection.OpenAsync();
            return [.. await connection.AllAsync(sql, row => row.GetString(0), [], CancellationToken.None)];
        }
    }
}
