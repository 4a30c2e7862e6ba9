using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Rollcall.Secrets;

/// <summary>
/// Stored forms of secrets, each under a prefix that names its scheme. What we generate has 256 bits, which no guessing
/// reaches, so one keyed hash is enough; what people choose is hashed slowly.
/// </summary>
internal static class SecretScheme
{
    private const string Keyed = "hs256:";
    private const string Slow = "bcrypt-sha384:";

    /// <summary>A new secret of 256 bits, 43 characters of base64url.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A new one-time code of 120 bits, 24 characters that survive being read aloud.</summary>
    public static string GenerateCode() => RandomNumberGenerator.GetString("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 24);

    /// <summary>Stored form of a secret that was generated here.</summary>
    public static string HashGenerated(string secret)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return $"{Keyed}{Base64Url.EncodeToString(salt)}:{Base64Url.EncodeToString(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(secret)))}";
    }

    /// <summary>Stored form of a secret that somebody chose. bcrypt alone would cut it at 72 bytes, so it is hashed once before.</summary>
    public static string HashChosen(string secret, int cost) => Slow + BCrypt.Net.BCrypt.EnhancedHashPassword(secret, cost);

    public static bool IsSlow(string credential) => credential.StartsWith(Slow, StringComparison.Ordinal);

    /// <summary>Compares with a keyed hash. Microseconds. A malformed hash matches nothing.</summary>
    public static bool MatchesGenerated(string credential, string secret)
    {
        var parts = credential.Split(':');
        return parts.Length == 3
            && credential.StartsWith(Keyed, StringComparison.Ordinal)
            && Base64Url.IsValid(parts[1])
            && Base64Url.IsValid(parts[2])
            && CryptographicOperations.FixedTimeEquals(
                Base64Url.DecodeFromChars(parts[2]),
                HMACSHA256.HashData(Base64Url.DecodeFromChars(parts[1]), Encoding.UTF8.GetBytes(secret)));
    }

    /// <summary>Compares with a slow hash. Tenths of a second of a core: never in a twin's turn. A malformed hash matches nothing.</summary>
    public static bool MatchesChosen(string credential, string secret)
    {
        try
        {
            return BCrypt.Net.BCrypt.EnhancedVerify(secret, credential[Slow.Length..]);
        }
        catch (Exception malformed) when (malformed is BCrypt.Net.SaltParseException or ArgumentException)
        {
            return false;
        }
    }
}
