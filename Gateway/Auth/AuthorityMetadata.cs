using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>What an authority said of itself.</summary>
/// <param name="Issuer">Who it says it is; empty when it does not.</param>
/// <param name="Keys">Those it signs with.</param>
/// <param name="Number">Of the fetch that brought it.</param>
/// <param name="Begun">When that began, by the clock's timestamp.</param>
internal sealed record AuthorityWord(string Issuer, IReadOnlyCollection<SecurityKey> Keys, long Number, long Begun)
{
    private readonly HashSet<string> _names = [.. Keys.Select(key => key.KeyId).OfType<string>()];

    /// <exception cref="InvalidDataException">It says nothing of keys at all.</exception>
    public static AuthorityWord Of(OpenIdConnectConfiguration said, long number, long begun) => said.JsonWebKeySet is null
        ? throw new InvalidDataException("its discovery document has no jwks_uri")
        : new AuthorityWord(said.Issuer ?? "", [.. said.SigningKeys], number, begun);

    /// <summary>Whether one of the keys has this name; a token need not name one.</summary>
    public bool Names(string? key) => !string.IsNullOrEmpty(key) && _names.Contains(key);
}
