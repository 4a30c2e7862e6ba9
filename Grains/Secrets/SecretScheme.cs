using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rollcall.Devices;

namespace Rollcall.Secrets;

/// <summary>
/// Stored forms of secrets, each with a prefix that names its scheme. A secret of 128 bits or more cannot be guessed, so one keyed hash is
/// enough; secrets that people choose are hashed slowly. Hashes of another system are imported.
/// </summary>
internal static class SecretScheme
{
    /// <summary>A keyed hash: the only scheme that is both fast and strong.</summary>
    private const string Keyed = "hs256:";

    /// <summary>bcrypt of a SHA-384, so that a long secret is not cut.</summary>
    private const string Slow = "bcrypt-sha384:";

    /// <summary>bcrypt alone, from another system: bytes past 72 do not count.</summary>
    private const string Foreign = "bcrypt:";

    /// <summary>A keyed hash of an unsalted SHA-256 from another system: fast to guess for anyone who has this table.</summary>
    private const string Weak = "weak-sha256:";

    /// <summary>bcrypt of a <see cref="Weak"/> one, which needs no secret to be made.</summary>
    private const string Hardened = "bcrypt-weak-sha256:";

    private const int MostBcryptBytes = 72;

    private static readonly SearchValues<char> Base64UrlCharacters =
        SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>A new secret of 256 bits, 43 characters of base64url.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A new one-time code of 120 bits, 24 characters that survive being read aloud.</summary>
    public static string GenerateCode() => RandomNumberGenerator.GetString("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 24);

    /// <summary>Stored form of a secret with 128 bits or more.</summary>
    public static string HashGenerated(string secret) => WithKey(Keyed, Encoding.UTF8.GetBytes(secret));

    /// <summary>Stored form of a secret that somebody chose. Takes tenths of a second of a core.</summary>
    public static string HashChosen(string secret, int cost) => Slow + BCrypt.Net.BCrypt.EnhancedHashPassword(secret, cost);

    /// <summary>Stored form of a secret that somebody chose, made at once; a slow one has to follow.</summary>
    public static string HashForNow(string secret) => WithKey(Weak, SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>
    /// Stored form of a hash that another system made (<see cref="ForeignHash"/>). A bare SHA-256 is not stored as it is.
    /// </summary>
    /// <returns>Null: it has another form.</returns>
    public static string? OfForeign(string hash) =>
        ForeignHash.IsBcrypt(hash) ? Foreign + hash
        : ForeignHash.IsSha256(hash) ? WithKey(Weak, Convert.FromHexString(hash.AsSpan(ForeignHash.Sha256.Length)))
        : null;

    /// <summary>
    /// Whether a secret has 128 bits by its form: 32 hexadecimal digits, 22 characters of base64url, or more of a smaller alphabet. Only the
    /// characters are examined; how they were chosen is unknown.
    /// </summary>
    public static bool IsStrong(string secret)
    {
        if (secret.AsSpan().IndexOfAnyExcept(Base64UrlCharacters) >= 0 || secret.Distinct().Count() < 8)
        {
            return false;
        }

        var alphabet = secret.All(char.IsAsciiDigit) ? 10
            : secret.All(char.IsAsciiHexDigitLower) || secret.All(char.IsAsciiHexDigitUpper) ? 16
            : secret.All(char.IsAsciiLetterLower) || secret.All(char.IsAsciiLetterUpper) ? 26
            : 64;
        return secret.Length * Math.Log2(alphabet) >= 128;
    }

    /// <summary>True: check it in the pool, never in a twin's turn. It takes tenths of a second of a core.</summary>
    public static bool IsSlow(string credential) => credential.StartsWith("bcrypt", StringComparison.Ordinal);

    /// <summary>The cost of a slow form: a check takes 2^cost rounds.</summary>
    /// <returns>0: it is malformed.</returns>
    public static int CostOf(string slow) =>
        slow.IndexOf('$', StringComparison.Ordinal) is >= 0 and var at && slow.Length >= at + 6
        && int.TryParse(slow.AsSpan(at + 4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost) ? cost : 0;

    /// <summary>A slow form with another cost, which no secret matches.</summary>
    public static string WithCost(string slow, int cost)
    {
        var at = slow.IndexOf('$', StringComparison.Ordinal) + 4;
        return string.Create(CultureInfo.InvariantCulture, $"{slow.AsSpan(0, at)}{cost:00}{slow.AsSpan(at + 2)}");
    }

    /// <summary>True: a weak form, to be replaced as soon as possible.</summary>
    public static bool IsWeak(string credential) => credential.StartsWith(Weak, StringComparison.Ordinal);

    /// <summary>A better form of a verified secret's credential, if one can be made at once.</summary>
    /// <returns>Null: there is none.</returns>
    public static string? Better(string credential, string secret) =>
        !credential.StartsWith(Keyed, StringComparison.Ordinal) && IsStrong(secret) ? HashGenerated(secret) : null;

    /// <summary>
    /// Whether <see cref="HashChosen"/> makes a better form of a verified secret's credential: it is weak, or bcrypt has cut the secret.
    /// </summary>
    public static bool IsBetterChosen(string credential, string secret) =>
        IsWeak(credential) || (credential.StartsWith(Foreign, StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(secret) > MostBcryptBytes);

    /// <summary>Whether a slow form is faster to guess than one that <see cref="HashChosen"/> makes.</summary>
    public static bool IsCheap(string slow, int cost) => slow.StartsWith(Foreign, StringComparison.Ordinal) && CostOf(slow) < cost;

    /// <summary>A weak form hashed with bcrypt. Slow. The secret is not needed.</summary>
    public static string Harden(string weak, int cost)
    {
        var parts = weak.Split(':');
        return $"{Hardened}{parts[1]}:{BCrypt.Net.BCrypt.HashPassword(parts[2], cost)}";
    }

    /// <summary>Whether a stored form is of a secret that comes from outside; null: only a slow check can tell.</summary>
    public static bool? Holds(string credential, string secret) => IsSlow(credential) ? null : MatchesFast(credential, secret);

    /// <summary>
    /// Whether a stored form was made of another system's hash. When a sign-in has replaced it by a better one, this is unknown.
    /// </summary>
    public static Likeness HoldsForeign(string credential, string hash)
    {
        if (ForeignHash.IsBcrypt(hash))
        {
            return !credential.StartsWith(Foreign, StringComparison.Ordinal) ? Likeness.Unknown
                : credential == Foreign + hash ? Likeness.Same : Likeness.Other;
        }

        var parts = credential.Split(':');
        if (parts.Length != 3 || !(IsWeak(credential) || credential.StartsWith(Hardened, StringComparison.Ordinal)))
        {
            return Likeness.Unknown;
        }

        var keyed = Base64Url.EncodeToString(HMACSHA256.HashData(
            Base64Url.DecodeFromChars(parts[1]), Convert.FromHexString(hash.AsSpan(ForeignHash.Sha256.Length))));
        return (IsWeak(credential) ? keyed == parts[2] : BCrypt.Net.BCrypt.Verify(keyed, parts[2])) ? Likeness.Same : Likeness.Other;
    }

    /// <summary>Compares with a form that is not slow. Takes microseconds. A malformed one matches nothing.</summary>
    public static bool MatchesFast(string credential, string secret)
    {
        var weak = IsWeak(credential);
        var parts = credential.Split(':');
        return parts.Length == 3
            && (weak || credential.StartsWith(Keyed, StringComparison.Ordinal))
            && Base64Url.IsValid(parts[1])
            && Base64Url.IsValid(parts[2])
            && CryptographicOperations.FixedTimeEquals(
                Base64Url.DecodeFromChars(parts[2]),
                HMACSHA256.HashData(Base64Url.DecodeFromChars(parts[1]), Hashed(secret, weak)));
    }

    /// <summary>Compares with a slow form. A malformed one matches nothing.</summary>
    public static bool MatchesSlow(string credential, string secret)
    {
        try
        {
            if (credential.StartsWith(Slow, StringComparison.Ordinal))
            {
                return BCrypt.Net.BCrypt.EnhancedVerify(secret, credential[Slow.Length..]);
            }

            if (credential.StartsWith(Foreign, StringComparison.Ordinal))
            {
                return BCrypt.Net.BCrypt.Verify(secret, credential[Foreign.Length..]);
            }

            var parts = credential.Split(':');
            return parts.Length == 3 && Base64Url.IsValid(parts[1]) && BCrypt.Net.BCrypt.Verify(
                Base64Url.EncodeToString(HMACSHA256.HashData(Base64Url.DecodeFromChars(parts[1]), Hashed(secret, weak: true))), parts[2]);
        }
        catch (Exception malformed) when (malformed is BCrypt.Net.SaltParseException or ArgumentException)
        {
            return false;
        }
    }

    private static string WithKey(string scheme, byte[] secret)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return $"{scheme}{Base64Url.EncodeToString(salt)}:{Base64Url.EncodeToString(HMACSHA256.HashData(salt, secret))}";
    }

    private static byte[] Hashed(string secret, bool weak)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return weak ? SHA256.HashData(bytes) : bytes;
    }
}

/// <summary>Whether two stored forms are of one secret.</summary>
internal enum Likeness
{
    Same,
    Other,
    Unknown,
}
