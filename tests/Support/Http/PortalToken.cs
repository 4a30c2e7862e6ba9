using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Rollcall.Support.Http;

/// <summary>Portal tokens as an identity provider would make them: for any customer, role and time.</summary>
public static class PortalToken
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static string KeySetting { get; } = $"tests:{Convert.ToBase64String(Key)}";

    public static string Of(string role, string customer = "demo", TimeSpan? ttl = null)
    {
        var expires = TimeProvider.System.GetUtcNow() + (ttl ?? TimeSpan.FromHours(1));
        var claims = new JsonObject
        {
            ["aud"] = "rollcall-portal",
            ["customer_id"] = customer,
            ["role"] = role,
            ["exp"] = expires.ToUnixTimeSeconds(),
        };
        var signed = $"{Encode("""{"alg":"HS256","typ":"JWT","kid":"tests"}""")}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
