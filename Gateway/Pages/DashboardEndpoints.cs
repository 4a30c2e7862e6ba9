using Microsoft.AspNetCore.Authentication;
using Orleans.Dashboard;
using Orleans.Runtime;
using Rollcall.Auth;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.Pages;

/// <summary>Serves the Orleans Dashboard, which has no access control of its own, to owners with a token.</summary>
internal static class DashboardEndpoints
{
    /// <summary>Shows the stored state of any grain, with hashes of secrets. It is never served.</summary>
    private const string States = DashboardSession.Path + "/GrainState";

    /// <summary>The paths whose next segment names a silo.</summary>
    private static readonly string[] OfSilos =
        [.. new[] { "HistoricalStats", "SiloProperties", "SiloMetadata", "SiloStats", "SiloCounters" }
            .Select(name => $"{DashboardSession.Path}/{name}")];

    public static void MapDashboard(this IEndpointRouteBuilder routes, GatewaySettings settings)
    {
        var dashboard = settings.Dashboard;
        if (!dashboard.IsOn)
        {
            return;
        }

        routes.MapOrleansDashboard(DashboardSession.Path)
            .RequireAuthorization(policy => policy
                .AddAuthenticationSchemes(Policies.Portal)
                .RequireAuthenticatedUser()
                .RequireAssertion(context => dashboard.Admits(PortalCaller.Of(context.User))))
            .ExcludeFromDescription()
            .TakeHead()
            .AddEndpointFilter(async (call, next) => await IsThere(call.HttpContext) ? await next(call) : Problem.NotFound());
        routes.MapPost(DashboardSession.SignInPath, context => SignIn(context, settings))
            .AllowAnonymous()
            .RequireRateLimiting(AddressLimit.Policy)
            .ExcludeFromDescription();
    }

    /// <summary>Whether the path exists. The dashboard calls a grain for any silo that is named, and fails when there is no such silo.</summary>
    private static async ValueTask<bool> IsThere(HttpContext context)
    {
        var path = context.Request.Path;
        if (!OfSilos.Any(silos => path.StartsWithSegments(silos)))
        {
            return !path.StartsWithSegments(States);
        }

        var hosts = await context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        var asked = context.GetRouteValue("address") ?? context.GetRouteValue("path");
        return hosts.Keys.Any(silo => silo.ToParsableString() == asked as string);
    }

    private static async Task SignIn(HttpContext context, GatewaySettings settings)
    {
        if (await TokenFrom(context.Request) is not { } token)
        {
            await Problem.Invalid("Send a form with access_token, from the page itself.").ExecuteAsync(context);
            return;
        }

        context.Request.Headers.Authorization = $"Bearer {token}";
        var known = await context.AuthenticateAsync(Policies.Portal);
        if (known.Failure is KeysUnknownException unknown)
        {
            await Problem.Unavailable(unknown.RetryAfter).ExecuteAsync(context);
        }
        else if (!known.Succeeded)
        {
            await DashboardSession.Ask(context);
        }
        else if (!settings.Dashboard.Admits(PortalCaller.Of(known.Principal)))
        {
            await Problem.Forbidden().ExecuteAsync(context);
        }
        else
        {
            DashboardSession.Begin(context, token, secure: !settings.LoopbackOnly || settings.PublicUrl.IsSecure || context.Request.IsHttps);
        }
    }

    /// <summary>Reads the token of the form; null when the form came from another site's page, which must not sign its visitor in.</summary>
    private static async Task<string?> TokenFrom(HttpRequest request)
    {
        var from = request.Headers["Sec-Fetch-Site"].ToString();
        if (!request.HasFormContentType || from is not ("" or "same-origin" or "none"))
        {
            return null;
        }

        try
        {
            return (await request.ReadFormAsync())["access_token"].ToString();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
