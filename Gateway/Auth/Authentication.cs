using Microsoft.AspNetCore.Authentication.JwtBearer;
using Rollcall.Http.Problems;
using Rollcall.Pages;
using Rollcall.PortalApi.Hub;

namespace Rollcall.Auth;

/// <summary>Two kinds of callers with two kinds of tokens; neither is good for the other's calls.</summary>
internal static class Authentication
{
    public static IServiceCollection AddCallers(this IServiceCollection services, DeviceTokens devices, PortalTokens portals)
    {
        services.AddSingleton(devices).AddSingleton(portals);
        services.AddTransient<DeviceTokenHandler>();
        services.AddAuthentication(schemes => schemes.AddScheme<DeviceTokenHandler>(Policies.Device, displayName: null))
            .AddJwtBearer(Policies.Portal, options =>
            {
                options.MapInboundClaims = false;
                options.Events = Answers();
                Believe(options, portals);
            });
        if (portals.Settings.Authority is not null)
        {
            services.AddAuthority(portals.Settings);
        }

        services.AddAuthorizationBuilder().AddCallerPolicies();
        return services;
    }

    private static void Believe(JwtBearerOptions options, PortalTokens portals)
    {
        options.TokenValidationParameters = DeviceTokens.Strict(portals.Keys.Keys, portals.Settings.Audience);
        if (portals.Settings.Issuer is { } issuer)
        {
            options.TokenValidationParameters.ValidateIssuer = true;
            options.TokenValidationParameters.ValidIssuer = issuer;
        }
    }

    private static JwtBearerEvents Answers() => new()
    {
        OnMessageReceived = context =>
        {
            TakeBearer(context);
            return Task.CompletedTask;
        },
        OnChallenge = context =>
        {
            context.HandleResponse();
            context.Response.Headers.WWWAuthenticate = Challenge.Bearer;

            // Not knowing is our fault, not the caller's.
            return context.AuthenticateFailure is KeysUnknownException unknown
                ? Problem.Unavailable(unknown.RetryAfter).ExecuteAsync(context.HttpContext)
                : DashboardSession.IsOpened(context.Request) ? DashboardSession.Ask(context.HttpContext)
                : Problem.InvalidSession().ExecuteAsync(context.HttpContext);
        },
        OnForbidden = context => Problem.Forbidden().ExecuteAsync(context.HttpContext),
    };

    /// <summary>
    /// Without a token there is nothing to validate, and no other place to look for one. A browser cannot set a header on a
    /// WebSocket, so on the hub, and only there, it may stand in the query.
    /// </summary>
    private static void TakeBearer(MessageReceivedContext context)
    {
        context.Token = context.Request.Path.StartsWithSegments(HubHosting.Path) && context.Request.Query.TryGetValue("access_token", out var token)
            ? token.ToString()
            : TokenHeader.ReadBearer(context.Request.Headers.Authorization, out var bearer) && bearer.Length > 0 ? bearer
            : DashboardSession.TokenOf(context.Request) ?? "";
        if (context.Token.Length == 0)
        {
            context.NoResult();
        }
    }
}
