namespace Rollcall.Http;

/// <summary>Makes a caller's text safe for a log line: short, and without characters that begin another line or control a terminal.</summary>
internal static class Loggable
{
    private const int Longest = 200;

    /// <summary>The path, percent-encoded, of 200 characters at most.</summary>
    public static string Path(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return Cut(new PathString(Cut(path)).ToUriComponent());
    }

    /// <summary>A text without control characters, of 200 characters at most.</summary>
    public static string Text(string text) => string.Create(Math.Min(text.Length, Longest), text, static (span, text) =>
    {
        for (var at = 0; at < span.Length; at++)
        {
            // Also the two separators at which some log viewers begin a line.
            span[at] = char.IsControl(text[at]) || text[at] is '\u2028' or '\u2029' ? '?' : text[at];
        }
    });

    private static string Cut(string text) => text.Length <= Longest ? text : text[..Longest];
}
