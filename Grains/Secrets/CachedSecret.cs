using System.Security.Cryptography;
using System.Text;

namespace Rollcall.Secrets;

/// <summary>
/// What a twin keeps of a secret that was verified: a hash under a key of this process, so that the next sign-in needs no slow check,
/// and a memory dump shows no secret.
/// </summary>
internal sealed class CachedSecret
{
    private static readonly byte[] ProcessKey = RandomNumberGenerator.GetBytes(32);
    private readonly string _credential;
    private readonly byte[] _hash;

    public CachedSecret(string credential, string secret) => (_credential, _hash) = (credential, Hash(secret));

    /// <summary>True: the secret matches this stored credential. After a rotation it does not.</summary>
    public bool Matches(string? credential, string secret) =>
        credential == _credential && CryptographicOperations.FixedTimeEquals(_hash, Hash(secret));

    private static byte[] Hash(string secret) => HMACSHA256.HashData(ProcessKey, Encoding.UTF8.GetBytes(secret));
}
