using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rollcall.Portal.Fleet;

/// <summary>
/// Search as the server does it: by simple case folding, a letter for a letter. The page shares no code with it; a table of cases holds both to the
/// same answers.
/// </summary>
public static class FleetSearch
{
    /// <summary>Characters (UTF-16) that the server searches for.</summary>
    public const int Longest = 200;

    /// <summary>What of a text the server can be asked for: on one line, not too long, and no half of a letter.</summary>
    public static string Askable(string text)
    {
        var line = text.Replace("\n", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);
        return line.Length <= Longest ? line : line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)];
    }

    /// <summary>By the capital, because letters of two small forms have one.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Fold(string? text) =>
        text is null ? null
        : Ascii.IsValid(text) ? text.ToLowerInvariant()
        : text.ToUpperInvariant().ToLowerInvariant().Replace('ſ', 's');

    /// <summary>Whether a text has another in it. Makes no copy of the ASCII that most ids and names are.</summary>
    /// <param name="folded">What is searched for, folded.</param>
    public static bool Contains(string? text, string folded) =>
        text is not null
        && (Ascii.IsValid(text)
            ? text.Contains(folded, StringComparison.OrdinalIgnoreCase)
            : Fold(text).Contains(folded, StringComparison.Ordinal));
}
