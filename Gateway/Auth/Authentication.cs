using Microsoft.AspNetCore.Authentication.JwtBearer;
using Rollcall.Problems;

namespace Rollcall.Auth;

/// <summary>Two kinds of callers with two kinds of tokens; neither is good for the other's calls.</summary>
internal static class Authentication
{
    private static readonly string[] DeviceHeaders = ["X-Device-Session", "X-Device-Token"];

    public static IServiceCollection AddCallers(this IServiceCollection services, DeviceTokens devices, PortalTokens portals)
    {
        services.AddSingleton(devices).AddSingleton(portals);
        services.AddAuthentication()
            .AddJwtBearer(Policies.Device, options =>
            {
                options.TokenValidationParameters = devices.Validation;
                options.MapInboundClaims = false;
                options.Events = Answers(TakeDeviceToken);
                options.Events.OnTokenValidated = RequireSession;
            })
            .AddJwtBearer(Policies.Portal, options =>
            {
                options.MapInboundClaims = false;
                options.Events = Answers(TakeBearer);
                Believe(options, portals);
            });
        services.AddAuthorizationBuilder().AddCallerPolicies();
        return services;
    }

    private static void Believe(JwtBearerOptions options, PortalTokens portals)
    {
        options.TokenValidationParameters = DeviceTokens.Strict(portals.Keys, portals.Settings.Audience);
        if (portals.Settings.Issuer is { } issuer)
        {
            options.TokenValidationParameters.ValidateIssuer = true;
            options.TokenValidationParameters.ValidIssuer = issuer;
        }

        if (portals.Settings.Authority is { } authority)
        {
            options.Authority = authority;
            options.TokenValidationParameters.ValidAlgorithms = ["RS256", "PS256", "ES256"];
            options.TokenValidationParameters.IssuerSigningKeys = null;
        }
    }

    private static JwtBearerEvents Answers(Action<MessageReceivedContext> take) => new()
    {
        OnMessageReceived = context =>
        {
            take(context);
            return Task.CompletedTask;
        },
        OnChallenge = context =>
        {
            context.HandleResponse();
            context.Response.Headers.WWWAuthenticate = "Bearer";

            // Keys of an authority that cannot be fetched are our fault, not the caller's.
            return context.AuthenticateFailure is InvalidOperationException or HttpRequestException
                ? Problem.Unavailable().ExecuteAsync(context.HttpContext)
                : Problem.InvalidSession().ExecuteAsync(context.HttpContext);
        },
        OnForbidden = context => Problem.Forbidden().ExecuteAsync(context.HttpContext),
    };

    /// <summary>A token that names no session is none: 403 would tell the device that its owner has barred it.</summary>
    private static Task RequireSession(TokenValidatedContext context)
    {
        if (DeviceCaller.Of(context.Principal!) is null)
        {
            context.Fail("The token names no session.");
        }

        return Task.CompletedTask;
    }

    /// <summary>The first header that is there wins. An empty one is no reason to look at the next.</summary>
    private static void TakeDeviceToken(MessageReceivedContext context)
    {
        foreach (var name in DeviceHeaders)
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
            {
                Take(context, value.ToString());
                return;
            }
        }

        TakeBearer(context);
    }

    private static void TakeBearer(MessageReceivedContext context)
    {
        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        Take(context, header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "");
    }

    private static void Take(MessageReceivedContext context, string token)
    {
        if (token.Length == 0)
        {
            context.NoResult();
        }
        else
        {
            context.Token = token;
        }
    }
}
