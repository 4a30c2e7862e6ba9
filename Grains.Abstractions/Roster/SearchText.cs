using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rollcall.Roster;

/// <summary>
/// Text as a search compares it: by simple case folding, a letter for a letter. Stores and gateways use this one alone, or a device would
/// come and go in a watch. What an accent is made of is not folded: this program runs without the tables that know it.
/// </summary>
public static class SearchText
{
    /// <summary>
    /// By the capital, because letters of two small forms have one: final and other sigma, micro sign and mu, the letter and its symbol.
    /// </summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Fold(string? text) =>
        text is null ? null
        : Ascii.IsValid(text) ? text.ToLowerInvariant()
        : text.ToUpperInvariant().ToLowerInvariant().Replace('ſ', 's');
}
