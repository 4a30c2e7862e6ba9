using Microsoft.Extensions.Primitives;

namespace Rollcall.Auth;

/// <summary>A token in a header. The same one twice is one: some clients add a header where they mean to set it, and some proxies join two.</summary>
internal static class TokenHeader
{
    private const string Scheme = "Bearer ";

    /// <param name="token">Empty: there is none, or more than one.</param>
    /// <returns>False: two different ones.</returns>
    public static bool Read(StringValues header, out string token)
    {
        token = header.ToString();
        return !token.Contains(',', StringComparison.Ordinal) || AreOne(token, one => one, ref token);
    }

    /// <summary>As <see cref="Read"/>, of a header that names its scheme. Another scheme is no token.</summary>
    public static bool ReadBearer(StringValues header, out string token)
    {
        var text = header.ToString();
        token = Bare(text);
        return !text.Contains(',', StringComparison.Ordinal) || AreOne(text, Bare, ref token);
    }

    private static bool AreOne(string header, Func<string, string> bare, ref string token)
    {
        var all = header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(bare).Distinct().ToArray();
        token = all is [var one] ? one : "";
        return all.Length <= 1;
    }

    private static string Bare(string header) => header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
}
