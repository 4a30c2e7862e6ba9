using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>Operators name log categories in their settings: a type that is renamed or moved keeps the one that it had.</summary>
public sealed partial class LogCategoryTests
{
    private const string File = "tests/Architecture.Tests/LogCategories.txt";

    [Fact]
    public void Log_categories_are_those_of_the_file()
    {
        var now = MannerTests.Rooms.SelectMany(room => Repository.Files(".cs", room)).SelectMany(CategoriesIn).ToHashSet();
        var held = Repository.Text(File).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("", string.Join('\n', held.Except(now).Select(gone => "- " + gone).Concat(now.Except(held).Select(added => "+ " + added))));
    }

    private static IEnumerable<string> CategoriesIn(string file)
    {
        var text = Repository.Text(file);
        var room = Room().Match(text).Groups[1].Value;
        return OfType().Matches(text).Select(match => $"{room}.{match.Groups[1].Value}")
            .Concat(Named().Matches(text).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Room();

    [GeneratedRegex(@"\b(?:I|Create)Logger<(\w+)>")]
    private static partial Regex OfType();

    [GeneratedRegex(@"CreateLogger\(""([\w.]+)""\)")]
    private static partial Regex Named();
}
