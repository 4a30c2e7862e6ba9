using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>What a new user reads first, and pastes.</summary>
public sealed partial class ReadmeTests
{
    private const int TwoScreens = 115;
    private static readonly string[] Allowed = ["API_URL", "Portal: ", "docker compose exec"];
    private static readonly string Readme = Repository.Text("README.md");

    [Fact]
    public void It_has_two_screens() => Assert.InRange(Readme.Split('\n').Length, 40, TwoScreens);

    public static TheoryData<string> Documents => ["README.md", "CONTRIBUTING.md", .. Repository.Files(".md", "docs")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Its_links_lead_to_files_that_exist(string file)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
        Assert.All(
            Link().Matches(Repository.Text(file)).Select(link => link.Groups[1].Value)
                .Where(path => !path.Contains("://", StringComparison.Ordinal) && !path.StartsWith('#')),
            path => Assert.True(Path.Exists(Path.Combine(folder, path.Split('#')[0])), $"{file} links to {path}"));
    }

    /// <summary>Whoever has chosen another PORT pastes the same lines. One machine in production keeps the usual one.</summary>
    [Fact]
    public void A_line_that_is_pasted_takes_the_gateway_from_API_URL() => Assert.All(
        new[] { "README.md" }.Concat(Repository.Files(".md", "docs")).Except(["docs/one-box.md"]), file => Assert.All(
            Block().Matches(Repository.Text(file)).SelectMany(block => block.Value.Split('\n'))
                .Where(line => line.Contains("localhost:3001", StringComparison.Ordinal)),
            line => Assert.True(Allowed.Any(word => line.Contains(word, StringComparison.Ordinal)), $"{file}: {line}")));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ *```\w*\n.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
