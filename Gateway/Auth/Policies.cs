using Microsoft.AspNetCore.Authorization;

namespace Rollcall.Auth;

/// <summary>Who may call. Every endpoint names one of these or says that it is open to all; a test enumerates them.</summary>
internal static class Policies
{
    public const string Device = "device";
    public const string Portal = "portal";
    public const string Viewer = "viewer";
    public const string Operator = "operator";
    public const string Owner = "owner";

    public static void AddCallerPolicies(this AuthorizationBuilder authorization) => authorization
        .AddPolicy(Device, policy => policy
            .AddAuthenticationSchemes(Device)
            .RequireAuthenticatedUser())
        .AddPolicy(Viewer, policy => policy.RequirePortal(PortalRole.Viewer))
        .AddPolicy(Operator, policy => policy.RequirePortal(PortalRole.Operator))
        .AddPolicy(Owner, policy => policy.RequirePortal(PortalRole.Owner));

    private static void RequirePortal(this AuthorizationPolicyBuilder policy, PortalRole least) => policy
        .AddAuthenticationSchemes(Portal)
        .RequireAuthenticatedUser()
        .RequireAssertion(context => PortalCaller.Of(context.User)?.Role >= least);
}
