namespace Rollcall;

public sealed class MannerTests
{
    private const int Widest = 150;
    internal static readonly string[] Rooms = ["Grains.Abstractions", "Grains", "Stores", "Silo", "Hosting", "Gateway", "Portal", "DeviceAgent"];
    private static readonly string[] Empty = ["Manager", "Helper", "Utils", "Utilities"];

    [Fact]
    public void No_file_has_a_name_that_says_nothing()
    {
        foreach (var file in Repository.Files(".cs"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.False(Empty.Any(word => name.Contains(word, StringComparison.Ordinal)) || name is "Extensions" or "Common" or "Constants",
                $"{file}: name it by what it is for");
        }
    }

    [Fact]
    public void No_folder_is_a_kind()
    {
        string[] kinds = ["Interfaces", "Models", "Services", "Helpers", "Extensions"];
        foreach (var file in Rooms.SelectMany(room => Repository.Files(".cs", room)))
        {
            Assert.Empty(file.Split('/').Intersect(kinds));
        }
    }

    /// <summary>Two of these files stand beside each other on a screen.</summary>
    [Fact]
    public void No_line_is_so_long_that_it_must_be_scrolled()
    {
        var wide = Rooms.Concat(["bench", "tests"])
            .SelectMany(room => Repository.Files(".cs", room).Concat(Repository.Files(".razor", room)))
            .SelectMany(file => Repository.Text(file).Split('\n').Index()
                .Where(line => line.Item.Length > Widest).Select(line => $"{file}:{line.Index + 1}"));
        Assert.Empty(wide);
    }

    [Fact]
    public void Versions_stand_in_one_file()
    {
        foreach (var file in Repository.Files(".csproj"))
        {
            Assert.DoesNotMatch(@"<PackageReference[^>]*\bVersion(Override)?=", Repository.Text(file));
        }
    }

    /// <summary>Compiled into two programs it is two types. What several test programs use is a project: tests/Support.</summary>
    [Fact]
    public void No_project_compiles_what_lies_outside_of_it() => Assert.All(
        Repository.Files(".csproj").Concat(Repository.Files(".props")),
        file => Assert.DoesNotMatch(@"<Compile\s[^>]*Include=""[^""]*\.\./", Repository.Text(file)));

    /// <summary>Where the SDK adds packages of its own version, a lock would be that of one SDK.</summary>
    [Fact]
    public void Every_project_has_its_packages_locked() => Assert.All(
        Repository.Files(".csproj").Where(file => !Repository.Text(file).Contains("<RestorePackagesWithLockFile>false<", StringComparison.Ordinal)),
        file => Assert.True(File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, "packages.lock.json")),
            $"{file} has no packages.lock.json"));

    /// <summary>Facts are of one write: a state that is written in another way would store them again.</summary>
    [Fact]
    public void Grains_write_their_states_in_one_way() => Assert.Equal(
        ["Grains/Facts/StateWrites.cs"],
        Repository.Files(".cs", "Grains").Where(file => Repository.Text(file).Contains(".WriteStateAsync(", StringComparison.Ordinal)));

    [Fact]
    public void Every_record_on_the_wire_has_an_alias()
    {
        foreach (var file in Repository.Files(".cs", "Grains.Abstractions"))
        {
            foreach (var line in Repository.Text(file).Split('\n').Where(line => line.Contains("GenerateSerializer", StringComparison.Ordinal)))
            {
                Assert.Matches(@"\[GenerateSerializer, Immutable, Alias\(""rollcall\.[a-z0-9`-]+""\)\]", line);
            }
        }
    }
}
