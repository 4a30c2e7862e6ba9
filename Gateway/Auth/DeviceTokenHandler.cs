using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Rollcall.Problems;

namespace Rollcall.Auth;

/// <summary>
/// Who the calling device is, from its token. Instead of the framework's bearer handler: every beat passes here, and of a
/// token whose form we made ourselves four values are wanted, not a list of claims.
/// </summary>
internal sealed class DeviceTokenHandler(DeviceTokens tokens) : IAuthenticationHandler
{
    private const string Bearer = "Bearer ";
    private static readonly string[] Headers = ["X-Device-Session", "X-Device-Token"];
    private static readonly AuthenticateResult Invalid = AuthenticateResult.Fail("The token is not valid here.");
    private HttpContext _context = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        var token = Token(_context.Request);
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
        _context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.InvalidSession().ExecuteAsync(_context);
    }

    public Task ForbidAsync(AuthenticationProperties? properties) => Problem.Forbidden().ExecuteAsync(_context);

    /// <summary>The first header that is there wins. An empty one is no reason to look at the next. Only a socket may have it as its protocol: not every client can set headers there.</summary>
    private static string Token(HttpRequest request)
    {
        foreach (var name in Headers)
        {
            if (request.Headers.TryGetValue(name, out var value))
            {
                return value.ToString();
            }
        }

        if (request.Headers.TryGetValue("Authorization", out var authorization))
        {
            var header = authorization.ToString();
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
        }

        return OfProtocol(request.HttpContext) ?? "";
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
