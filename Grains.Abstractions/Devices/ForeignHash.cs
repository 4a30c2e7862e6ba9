using System.Buffers;
using System.Globalization;

namespace Rollcall.Devices;

/// <summary>Hashes of secrets from other systems, which can be imported.</summary>
public static class ForeignHash
{
    /// <summary>Prefix of an unsalted SHA-256.</summary>
    public const string Sha256 = "sha256:";

    /// <summary>The rule as text.</summary>
    public const string Rule = "bcrypt ($2a$, $2b$ or $2y$ of cost 4 to 13, 60 characters) or sha256: with 64 hexadecimal digits";

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly SearchValues<char> BcryptCharacters =
        SearchValues.Create("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsKnown(string hash) => IsBcrypt(hash) || IsSha256(hash);

    public static bool IsSha256(string hash) =>
        hash.StartsWith(Sha256, StringComparison.Ordinal) && hash.Length == Sha256.Length + 64
            && hash.AsSpan(Sha256.Length).IndexOfAnyExcept(Hex) < 0;

    /// <summary>Above cost 13 one check takes seconds of a core.</summary>
    public static bool IsBcrypt(string hash) =>
        hash.Length == 60 && hash is ['$', '2', 'a' or 'b' or 'y', '$', _, _, '$', ..]
        && int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost) && cost is >= 4 and <= 13
        && hash.AsSpan(7).IndexOfAnyExcept(BcryptCharacters) < 0;
}
