using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>
/// Documents and messages use the trade's words. Each phrase was found in them once, and reads translated; beside it stands what to write instead.
/// </summary>
public sealed partial class WordTests
{
    private static readonly (string Phrase, string Instead)[] Words =
    [
        ("takes its own outage for", "a restart takes no device offline"),
        ("taken down", "recorded, written"),
        ("key made", "key created"),
        ("secret made", "secret created"),
        ("as there may be", "the limit is reached"),
        ("there already", "already exists"),
        ("must not be there yet", "must not exist yet"),
        ("was there.", "already exists"),
        ("were there.", "already existed"),
        ("stays good", "stays valid"),
        ("stay good", "stay valid"),
        ("good until", "valid until"),
        ("good for an hour", "valid for an hour"),
        ("is good from now on", "is valid from now on"),
        ("the token is good", "the token is valid"),
        ("cannot be had", "cannot be fetched"),
        ("believed no more", "not accepted"),
        ("believes whoever", "trusts every caller"),
        ("of its own accord", "by default, by itself"),
        ("of late", "recently"),
        ("in vain", "without success"),
        ("anew", "again"),
        ("comes again", "is retried, reconnects"),
        ("come again", "retry"),
        ("tries again by itself", "retries by itself"),
        ("try again as retry-after", "retry as Retry-After says"),
        ("stands in", "is in"),
        ("stand in the", "are in the"),
        ("mend the", "fix the"),
        ("the device bears", "the device can handle"),
        ("how many connections it bears", "how many connections it accepts"),
        ("must bear", "must suffice for"),
        ("finds no room", "does not fit"),
        ("for its sake", "because of it"),
        ("the world's port", "the public port"),
        ("a fault of ours, not yours", "a fault on our side"),
        ("too many call at once", "too many calls at once"),
        ("no such thing", "it does not exist"),
        ("leads nowhere", "does not exist"),
        ("the moment it speaks", "as soon as it connects"),
        ("shown this once", "shown once"),
        ("trades it for", "exchanges it for"),
        ("carry it to the device", "copy it to the device"),
        ("joins by it any more", "can join with it"),
        ("what came of it", "its result"),
        ("a word of a former", "a message of an earlier"),
        ("no complete upgrade", "an incomplete upgrade"),
        ("a second, and at once", "per second, and at once"),
    ];

    public static TheoryData<string> Documents => [.. Repository.Files(".md").Where(IsForReaders)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_document_uses_the_words_of_the_trade(string file) =>
        Assert.Empty(Repository.Text(file).Split('\n').Index()
            .SelectMany(line => Found(line.Item).Select(word => $"{file}:{line.Index + 1}: {word}")));

    [Fact]
    public void So_do_messages() => Assert.Empty(
        MannerTests.Rooms.SelectMany(room => Repository.Files(".cs", room).Concat(Repository.Files(".razor", room)))
            .SelectMany(file => Messages(file).SelectMany(line => Found(line.Text).Select(word => $"{file}:{line.Number}: {word}"))));

    /// <summary>A decision says what was true on its day; the change log of what was released stays as it was.</summary>
    private static bool IsForReaders(string file) =>
        !file.StartsWith("docs/decisions/", StringComparison.Ordinal) && !file.StartsWith("findings/", StringComparison.Ordinal)
        && file != "CHANGELOG.md";

    private static IEnumerable<string> Found(string line) => Words
        .Where(word => Regex.IsMatch(line, $@"(?<!\w){Regex.Escape(word.Phrase)}(?!\w)", RegexOptions.IgnoreCase))
        .Select(word => $"\"{word.Phrase}\": write {word.Instead}");

    /// <summary>Texts in quotes; of a page all that is no comment.</summary>
    private static IEnumerable<(int Number, string Text)> Messages(string file)
    {
        foreach (var (index, line) in Repository.Text(file).Split('\n').Index())
        {
            if (!Comment().IsMatch(line))
            {
                var text = file.EndsWith(".razor", StringComparison.Ordinal)
                    ? line : string.Join(' ', Quoted().Matches(line).Select(match => match.Value));
                yield return (index + 1, text);
            }
        }
    }

    [GeneratedRegex(@"^\s*(//|\*|@\*|<!--)")]
    private static partial Regex Comment();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}
