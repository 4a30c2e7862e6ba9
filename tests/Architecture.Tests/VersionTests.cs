using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>The number stands in Directory.Build.props; what names it elsewhere must name the same.</summary>
public sealed class VersionTests
{
    private static readonly Version Number = Version.Parse(Only(Repository.Text("Directory.Build.props"), "<VersionPrefix>(.+)</VersionPrefix>"));

    [Fact]
    public void No_other_file_of_the_build_sets_a_version() => Assert.All(
        Repository.Files(".csproj").Concat(Repository.Files(".props")).Concat(Repository.Files(".targets")).Except(["Directory.Build.props"]),
        file => Assert.DoesNotMatch("<(Version|VersionPrefix|AssemblyVersion|FileVersion|InformationalVersion)>", Repository.Text(file)));

    [Fact]
    public void The_manifests_take_the_images_of_this_version()
    {
        var tags = Regex.Matches(Repository.Text("deploy/kubernetes/kustomization.yaml"), @"newTag: ([\w.]+)")
            .Select(tag => tag.Groups[1].Value).ToArray();
        Assert.NotEmpty(tags);
        Assert.All(tags, tag => Assert.Equal(Number.ToString(), tag));
    }

    [Fact]
    public void The_changelog_begins_with_what_is_to_become_this_version()
    {
        var log = Repository.Text("CHANGELOG.md");
        var sections = Regex.Matches(log, @"(?m)^## \[(.+?)\]").Select(section => section.Groups[1].Value).ToArray();
        if (sections[0] == "Unreleased")
        {
            Assert.Contains($"It becomes {Number}.", log, StringComparison.Ordinal);
            Assert.True(Version.Parse(sections[1]) < Number);
        }
        else
        {
            Assert.Equal(Number.ToString(), sections[0]);
        }
    }

    private static string Only(string text, string pattern) => Assert.Single(Regex.Matches(text, pattern)).Groups[1].Value;
}
