using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rollcall.Fleet;

/// <summary>
/// Text as a search compares it: by simple case folding, a letter for a letter. Stores and gateways use this one alone, or a device would
/// come and go in a watch. What an accent is made of is not folded: this program runs without the tables that know it.
/// </summary>
public static class SearchText
{
    /// <summary>Characters (UTF-16) that one may search for.</summary>
    public const int Longest = 200;

    /// <summary>In words, to follow "must be".</summary>
    public static readonly string Rule = $"one line of at most {Longest} characters, without U+0000";

    /// <summary>
    /// Whether it may be searched for. Not across lines: stores look in id and name at once, a line each.
    /// </summary>
    public static bool IsValid(string? text) => text is null || (text.Length <= Longest && !text.AsSpan().ContainsAny('\0', '\n'));

    /// <summary>
    /// By the capital, because letters of two small forms have one: final and other sigma, micro sign and mu, the letter and its symbol.
    /// </summary>
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
