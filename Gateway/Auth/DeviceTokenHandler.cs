using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Rollcall.Http.Problems;

namespace Rollcall.Auth;

/// <summary>
/// Who the calling device is, from its token. Instead of the framework's bearer handler: every beat passes here, and of a
/// token whose form we made ourselves four values are wanted, not a list of claims.
/// </summary>
internal sealed class DeviceTokenHandler(DeviceTokens tokens) : IAuthenticationHandler
{
    private static readonly string[] Headers = ["X-Device-Session", "X-Device-Token"];
    private static readonly AuthenticateResult Invalid = AuthenticateResult.Fail("The token is not valid here.");
    private HttpContext _context = null!;

    /// <summary>The header in which two different tokens came; null: none did.</summary>
    private string? _ambiguous;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        var token = Token();
        if (token.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        return await tokens.CallerAsync(token) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new DeviceIdentity(caller)), Policies.Device))
            : Invalid;
    }

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (_ambiguous is not null)
        {
            // Not 401: one of the two may be good, and the device would throw it away.
            return Problem.Invalid(_ambiguous, "holds two different tokens: send one.").ExecuteAsync(_context);
        }

        _context.Response.Headers.WWWAuthenticate = Challenge.Bearer;
        return Problem.InvalidSession().ExecuteAsync(_context);
    }

    public Task ForbidAsync(AuthenticationProperties? properties) => Problem.Forbidden().ExecuteAsync(_context);

    /// <summary>
    /// The first header that is there wins. An empty one is no reason to look at the next. Only a socket may have it as its protocol: not
    /// every client can set headers there.
    /// </summary>
    private string Token()
    {
        var headers = _context.Request.Headers;
        foreach (var name in Headers)
        {
            if (headers.TryGetValue(name, out var value))
            {
                return Only(name, TokenHeader.Read(value, out var token), token);
            }
        }

        return headers.TryGetValue("Authorization", out var authorization)
            ? Only("Authorization", TokenHeader.ReadBearer(authorization, out var bearer), bearer)
            : OfProtocol(_context) ?? "";
    }

    private string Only(string header, bool isOne, string token)
    {
        _ambiguous = isOne ? null : header;
        return token;
    }

    /// <summary>The token that came as the first protocol of a WebSocket, to be echoed; null: it came otherwise.</summary>
    public static string? OfProtocol(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest
        && !Headers.Any(context.Request.Headers.ContainsKey)
        && !context.Request.Headers.ContainsKey("Authorization")
            ? context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault()
            : null;
}

/// <summary>A device as the user of a request.</summary>
internal sealed class DeviceIdentity(DeviceCaller caller) : ClaimsIdentity(Policies.Device)
{
    public DeviceCaller Caller => caller;
}
