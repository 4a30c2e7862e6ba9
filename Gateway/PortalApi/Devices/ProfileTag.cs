using Microsoft.Extensions.Primitives;

namespace Rollcall.PortalApi.Devices;

/// <summary>
/// Reads a device's ETag from a request. Proxies that compress make it weak (<c>W/</c>, nginx) or append the coding (<c>-gzip</c>, Apache and Caddy;
/// <c>;gzip</c>). It names a version of the profile, not bytes, so all these forms are equal.
/// </summary>
internal static class ProfileTag
{
    /// <returns>The tags of an If-Match, separated by commas; null: none, or any.</returns>
    public static string? Wanted(StringValues ifMatch) => ifMatch.ToString() is { Length: > 0 } header && header.Trim() != "*"
        ? string.Join(", ", header.Split(',', StringSplitOptions.TrimEntries).Select(Plain))
        : null;

    private static string Plain(string tag)
    {
        var text = tag.StartsWith("W/", StringComparison.OrdinalIgnoreCase) ? tag.AsSpan(2) : tag;
        if (text is not ['"', .. var rest])
        {
            return tag;
        }

        // "registration-version", and what a proxy appended, before or after the second quote.
        var hyphen = rest.IndexOf('-');
        var digits = hyphen <= 0 ? 0 : CountDigits(rest[(hyphen + 1)..]);
        return digits > 0 && hyphen + 1 + digits is var length && rest.Length > length && rest[length] is '"' or '-' or ';'
            ? $"\"{rest[..length]}\""
            : tag;
    }

    private static int CountDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var count ? count : text.Length;
}
