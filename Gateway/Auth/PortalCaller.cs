using System.Security.Claims;

namespace Rollcall.Auth;

/// <summary>The portal's user who calls, from the token.</summary>
/// <param name="Name">Who that is: the token's <c>sub</c>, else the role.</param>
internal sealed record PortalCaller(string CustomerId, PortalRole Role, string Name)
{
    private const int LongestName = 200;

    /// <summary>Endpoints take the caller as a parameter; the policy has made sure that there is one.</summary>
    public static ValueTask<PortalCaller?> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.User));

    public static PortalCaller? Of(ClaimsPrincipal user) =>
        Only(user, PortalTokens.CustomerId) is { } customer
        && Ids.IsValid(customer)
        && WireNames.TryParse<PortalRole>(Only(user, PortalTokens.Role), out var role)
            ? new PortalCaller(
                customer, role, Only(user, "sub") is { Length: > 0 and <= LongestName } subject && !subject.Contains('\0', StringComparison.Ordinal)
                    ? subject : WireNames.Of(role))
            : null;

    /// <summary>One text, or nothing: of several the first would be somebody's guess of what the authority meant.</summary>
    private static string? Only(ClaimsPrincipal user, string type) =>
        user.FindAll(type).Take(2).ToArray() is [{ ValueType: ClaimValueTypes.String } claim] ? claim.Value : null;
}
