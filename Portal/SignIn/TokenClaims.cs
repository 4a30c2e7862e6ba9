using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Rollcall.Portal.SignIn;

/// <summary>What a user may do; each may what the former may.</summary>
public enum Role { Viewer, Operator, Owner }

/// <summary>
/// What the token says, read to show and to hide, never to decide: the server decides.
/// </summary>
/// <param name="Role">Null: one that is not known here.</param>
public sealed record TokenClaims(string? CustomerId, Role? Role, DateTimeOffset? ExpiresAt)
{
    /// <returns>Null: it is no token.</returns>
    public static TokenClaims? Read(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload)));
            return new TokenClaims(
                Text(claims.RootElement, "customer_id"),
                Enum.TryParse<Role>(Text(claims.RootElement, "role"), ignoreCase: true, out var role) ? role : null,
                claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds)
                    ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                    : null);
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>The token in what somebody pasted, which may be the whole link.</summary>
    public static string In(string pasted)
    {
        const string Mark = "#token=";
        var at = pasted.IndexOf(Mark, StringComparison.Ordinal);
        return (at < 0 ? pasted : pasted[(at + Mark.Length)..]).Trim();
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
