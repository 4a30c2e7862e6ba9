using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Rollcall.Auth;

/// <summary>What one fetch of an authority's discovery document and keys gave.</summary>
/// <param name="Issuer">Its name for itself; empty when the document has none.</param>
/// <param name="Keys">The keys with which it signs.</param>
/// <param name="Number">Number of the fetch, from 1.</param>
/// <param name="Begun">When the fetch began, a timestamp of the clock.</param>
internal sealed record AuthorityMetadata(string Issuer, IReadOnlyCollection<SecurityKey> Keys, long Number, long Begun)
{
    private readonly HashSet<string> _names = [.. Keys.Select(key => key.KeyId).OfType<string>()];

    /// <exception cref="InvalidDataException">The document names no set of keys.</exception>
    public static AuthorityMetadata Of(OpenIdConnectConfiguration document, long number, long begun) => document.JsonWebKeySet is null
        ? throw new InvalidDataException("its discovery document has no jwks_uri")
        : new AuthorityMetadata(document.Issuer ?? "", [.. document.SigningKeys], number, begun);

    /// <summary>Whether one of the keys has this name; a token need not name one.</summary>
    public bool Names(string? key) => !string.IsNullOrEmpty(key) && _names.Contains(key);
}
