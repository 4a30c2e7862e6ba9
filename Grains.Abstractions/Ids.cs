using System.Text.RegularExpressions;

namespace Rollcall;

/// <summary>Ids of devices and customers: no spaces, no control characters, no path.</summary>
public static partial class Ids
{
    /// <summary>In words, to follow "must be".</summary>
    public const string Rule = "1 to 100 of A-Z a-z 0-9 _ - . :, the first a letter or digit, without '..'";

    /// <summary>As a regular expression (ECMA 262) of the whole id.</summary>
    public const string Expression = "^(?!.*\\.\\.)" + Characters + "$";

    private const string Characters = "[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}";

    /// <summary>Whether it is one.</summary>
    public static bool IsValid(string? id) => id is not null && Pattern().IsMatch(id) && !id.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"\A" + Characters + @"\z")]
    private static partial Regex Pattern();
}
