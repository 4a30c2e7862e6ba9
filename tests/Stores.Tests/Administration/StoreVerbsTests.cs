using System.CommandLine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Rollcall.Migrations;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

public sealed class StoreVerbsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_copy_made_beside_a_writer_is_whole_and_its_owners_alone()
    {
        Migrate();
        await using var store = new SqliteTestStore(_folder);
        await store.Flip(await store.Create("lamp"), 1);
        var copy = Path.Combine(_folder.Path, "copy.db");
        Assert.Equal(0, Run("backup", copy));

        // Its last word stands in the log beside the store, which the copy has none of.
        await store.Create("door");
        Assert.False(File.Exists(copy + ".part"));
        Assert.Equal(["lamp"], Ask(copy, "SELECT device_id FROM devices"));
        Assert.Equal(["ok"], Ask(copy, "PRAGMA integrity_check"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        }
    }

    [Fact]
    public void A_file_that_is_there_is_never_written_over()
    {
        Migrate();
        var copy = Path.Combine(_folder.Path, "copy.db");
        File.WriteAllText(copy, "mine");
        Assert.Matches("already exists", Refused("backup", copy));
        Assert.Equal("mine", File.ReadAllText(copy));
    }

    [Fact]
    public void Where_there_is_no_roll_none_is_made()
    {
        Assert.Matches("^DATA_DIR has no database yet: .+\\.$", Refused("backup", Path.Combine(_folder.Path, "copy.db")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_copy_that_cannot_be_written_is_said()
    {
        Migrate();
        Assert.Matches("cannot be written: ", Refused("backup", Path.Combine(_folder.Path, "nowhere", "copy.db")));
    }

    [Fact]
    public void PostgreSQL_has_a_tool_of_its_own() =>
        Assert.Matches("^DATABASE_URL names .+ pg_dump .+\\.$", Refused("backup x", ("DATABASE_URL", "postgres://u:p@localhost/x")));

    [Theory]
    [InlineData("migrate up")]
    [InlineData("migrate down")]
    [InlineData("migrate status")]
    [InlineData("customer add acme")]
    [InlineData("customer list")]
    [InlineData("backup x")]
    public void Beside_a_cluster_each_verb_must_be_told_the_database(string line)
    {
        Assert.Matches("^DATABASE_URL must be set beside REDIS_URL", Refused(line, ("REDIS_URL", "redis://localhost")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private void Migrate()
    {
        using var migrator = Migrator.ForSqlite(_folder.Database);
        migrator.Up();
    }

    private string Refused(string verb, string file) => Assert.Throws<SettingException>(() => Run(verb, file)).Message;

    private string Refused(string line, (string Name, string Value) setting) =>
        Assert.Throws<SettingException>(() => Run(line.Split(' '), setting)).Message;

    private int Run(string verb, string file) => Run([verb, file]);

    private int Run(string[] line, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("DATA_DIR", _folder.Path)).ToDictionary(one => one.Item1, one => (string?)one.Item2)).Build();
        var root = new RootCommand();
        Verbs.AddTo(root, configuration);
        return root.Parse(line).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static string[] Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var query = connection.CreateCommand();
        query.CommandText = sql;
        using var rows = query.ExecuteReader();
        var answers = new List<string>();
        while (rows.Read())
        {
            answers.Add(rows.GetString(0));
        }

        return [.. answers];
    }
}
