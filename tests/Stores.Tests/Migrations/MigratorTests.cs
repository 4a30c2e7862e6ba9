using Microsoft.Data.Sqlite;
using Rollcall.Sqlite;

namespace Rollcall.Migrations;

public sealed class MigratorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_step_goes_up_down_and_up_again()
    {
        var empty = Schema();
        Up();
        var steps = Steps();
        Assert.All(steps, step => Assert.True(step.Applied));
        Assert.Equal(Enumerable.Range(1, steps.Count).Select(i => (long)i), steps.Select(step => step.Version));
        var full = Schema();

        for (var to = steps.Count - 1; to >= 0; to--)
        {
            Down(to);
            Assert.Equal(to, Steps().Count(step => step.Applied));
        }

        Assert.Equal(empty, Schema());
        Up();
        Assert.Equal(full, Schema());
    }

    [Fact]
    public void Each_step_alone_can_be_taken_back_and_repeated()
    {
        Up();
        var full = Schema();
        for (var to = Steps().Count - 1; to >= 0; to--)
        {
            Down(to);
            Up();
            Assert.Equal(full, Schema());
        }
    }

    [Fact]
    public void A_second_up_changes_nothing()
    {
        Up();
        var once = Schema();
        Up();
        Assert.Equal(once, Schema());
    }

    [Fact]
    public async Task Devices_survive_the_log_of_transitions_being_taken_back()
    {
        using var store = new TestStore();
        var row = await store.Flip(await store.Flip(await store.Create("lamp"), 1), 2);
        var reader = (await store.Fleet()).Position;
        Migrate(store.File, migrator => migrator.Down(1));
        Migrate(store.File, migrator => migrator.Up());

        Assert.Equal(row, await store.Row("lamp"));
        Assert.Equal(1, (await store.List()).Counts.Total);
        Assert.Equal((0, 3L), (await store.Events("lamp") is var page ? (page.Events.Count, page.FirstSeq) : default));

        // A fleet's cursor from before must neither miss what comes now nor wait for the ids to reach it.
        await store.Flip(row, 3);
        Assert.Equal(3, Assert.Single((await store.Fleet(reader)).Events).Transition.Seq);
        Assert.Single((await store.Fleet()).Events);
        Assert.True((await store.Fleet(1)).Gone);
    }

    [Fact]
    public void A_store_of_a_newer_program_is_refused_in_a_sentence()
    {
        Up();
        using (var connection = SqliteConnections.Open(_folder.Database))
        {
            using var newer = connection.CreateCommand();
            newer.CommandText = "INSERT INTO VersionInfo (Version, AppliedOn, Description) VALUES (99, '2030-01-01T00:00:00', 'later')";
            newer.ExecuteNonQuery();
        }

        var refused = Assert.Throws<StoreTooNewException>(Up);
        Assert.Matches("^The store is at step 99, this program knows steps up to [0-9]+: .+\\.$", refused.Message);
    }

    private void Up() => Migrate(_folder.Database, migrator => migrator.Up());

    private void Down(long to) => Migrate(_folder.Database, migrator => migrator.Down(to));

    private IReadOnlyList<(long Version, string Description, bool Applied)> Steps()
    {
        using var migrator = Migrator.ForSqlite(_folder.Database);
        return migrator.Status();
    }

    private static void Migrate(string file, Action<Migrator> work)
    {
        using var migrator = Migrator.ForSqlite(file);
        work(migrator);
    }

    private string[] Schema()
    {
        using var connection = SqliteConnections.Open(_folder.Database);
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT name || ': ' || COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'VersionInfo' ORDER BY name";
        using SqliteDataReader rows = query.ExecuteReader();
        var schema = new List<string>();
        while (rows.Read())
        {
            schema.Add(rows.GetString(0));
        }

        return [.. schema];
    }
}
