using System.CommandLine;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Administration;

/// <summary>The tools of both programs; that both have them is tried with the programs themselves.</summary>
public sealed class VerbsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void There_are_seven() => Assert.Equal(
        ["migrate", "customer", "devices", "token", "seed", "backup", "copy"], Root().Subcommands.Select(verb => verb.Name));

    [Fact]
    public void The_page_of_tools_has_each_and_says_that_both_programs_do()
    {
        var documents = typeof(VerbsTests).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Documents").Value!;
        var page = File.ReadAllText(Path.Combine(documents, "tools.md"));
        var verbs = Root().Subcommands.ToArray();
        Assert.Contains(
            $"{string.Join(", ", verbs.SkipLast(1).Select(verb => $"`{verb.Name}`"))} and `{verbs[^1].Name}` are the same at `--project Gateway` and "
                + "`--project Silo`", page, StringComparison.Ordinal);
        Assert.All(verbs, verb => Assert.Matches(
            $@"\| `dotnet run --project (Gateway|Silo) -- ({string.Join('|', verb.Aliases.Prepend(verb.Name))}) ", page));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("portal-token")]
    public void A_token_has_the_name_that_it_had_and_a_short_one(string verb)
    {
        Assert.Equal(0, Run([verb, "--role", "owner"]));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "keys", "portal.keys")));
    }

    [Theory]
    [InlineData("DATABASE_URL", "postgres://u:p@localhost/x")]
    [InlineData("REDIS_URL", "redis://localhost")]
    public void Of_a_cluster_the_token_needs_the_key_and_makes_none(string name, string value)
    {
        Assert.StartsWith("PORTAL_JWT_KEY must be set", Assert.Throws<SettingException>(() => Run(["token"], (name, value))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.Equal(0, Run(["token"], (name, value), ("PORTAL_JWT_KEY", $"k1:{Convert.ToBase64String(RandomBytes())}")));
    }

    [Theory]
    [InlineData("DATABASE_URL", "postgres://u:p@localhost/x")]
    [InlineData("REDIS_URL", "redis://localhost")]
    public void Beside_a_cluster_nothing_is_seeded(string name, string value)
    {
        Assert.StartsWith(name + " is set", Assert.Throws<SettingException>(() => Run(["seed", "--devices", "3"], (name, value))).Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_is_seeded_once_is_there_the_next_time()
    {
        Assert.Equal(0, Run(["seed", "--devices", "3"]));
        var file = Path.Combine(_folder.Path, "seeded-demo-device.jsonl");
        var secrets = File.ReadAllLines(file);
        Assert.Equal(3, secrets.Length);
        Assert.Equal(0, Run(["seed", "--devices", "5"]));
        Assert.Equal(secrets, File.ReadAllLines(file).Take(3));
        Assert.Equal(5, File.ReadAllLines(file).Length);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private static byte[] RandomBytes() => System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);

    private int Run(string[] line, params (string Name, string Value)[] settings) =>
        Root(settings).Parse(line).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private RootCommand Root(params (string Name, string Value)[] settings)
    {
        var root = new RootCommand();
        Verbs.AddTo(root, new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("DATA_DIR", _folder.Path)).ToDictionary(one => one.Item1, one => (string?)one.Item2)).Build());
        return root;
    }
}
