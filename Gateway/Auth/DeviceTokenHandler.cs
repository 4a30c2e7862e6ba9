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

    /// <summary>The first header that is there wins. An empty one is no reason to look at the next.</summary>
    private static string Token(HttpRequest request)
    {
        foreach (var name in Headers)
        {
            if (request.Headers.TryGetValue(name, out var value))
            {
                return value.ToString();
            }
        }

        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : "";
    }
}

/// <summary>A device as the user of a request.</summary>
internal sealed class DeviceIdentity(DeviceCaller caller) : ClaimsIdentity(Policies.Device)
{
    public DeviceCaller Caller => caller;
}
