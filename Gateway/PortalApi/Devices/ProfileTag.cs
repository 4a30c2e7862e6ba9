using Microsoft.Extensions.Primitives;

namespace Rollcall.PortalApi.Devices;

/// <summary>
/// A device's ETag as it comes back. Proxies that compress make it weak (<c>W/</c>, nginx) or put the coding behind it
/// (<c>-gzip</c>, Apache and Caddy; <c>;gzip</c>): it names a version of the profile, not bytes, so it is the same.
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

        // "registration-version", and whatever a proxy put behind it, before or after the second quote.
        var hyphen = rest.IndexOf('-');
        var digits = hyphen <= 0 ? 0 : CountDigits(rest[(hyphen + 1)..]);
        return digits > 0 && hyphen + 1 + digits is var length && rest.Length > length && rest[length] is '"' or '-' or ';'
            ? $"\"{rest[..length]}\""
            : tag;
    }

    private static int CountDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var count ? count : text.Length;
}
