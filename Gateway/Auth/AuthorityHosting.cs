using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Rollcall.Auth;

/// <summary>Believes an authority's tokens instead of our own key's.</summary>
internal static class AuthorityHosting
{
    /// <summary>Discovery documents and key sets have a few KiB.</summary>
    private const int MostBytes = 1024 * 1024;

    public static void AddAuthority(this IServiceCollection services, PortalTokenSettings settings)
    {
        services.AddSingleton(provider => new AuthorityKeys(
            Fetch(settings), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuthorityKeys>>()));
        services.AddSingleton(provider => new AuthorityTokenHandler(
            provider.GetRequiredService<AuthorityKeys>(), settings, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<FirstLook>();
        services.AddOptions<JwtBearerOptions>(Policies.Portal).Configure<AuthorityTokenHandler>((options, handler) =>
        {
            options.TokenHandlers.Clear();
            options.TokenHandlers.Add(handler);
            options.TokenValidationParameters = handler.Rules();
        });
    }

    private static Func<CancellationToken, Task<OpenIdConnectConfiguration>> Fetch(PortalTokenSettings settings)
    {
        var address = settings.Authority!.TrimEnd('/') + "/.well-known/openid-configuration";
        var http =
            new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = AuthorityKeys.Fresh }) { MaxResponseContentBufferSize = MostBytes };
        var documents = new HttpDocumentRetriever(http) { RequireHttps = true };
        return async cancellation =>
        {
            var said = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, cancellation);
            return settings.Issuer is not null || !string.IsNullOrWhiteSpace(said.Issuer)
                ? said
                : throw new InvalidDataException("its discovery document has no issuer, and PORTAL_JWT_ISSUER is not set");
        };
    }

    /// <summary>Asks the authority when the gateway starts, so that a wrong address is said then. The start does not wait for it.</summary>
    private sealed class FirstLook(AuthorityKeys keys, IMeterFactory meters) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            AuthorityMeter.Observe(keys, meters);
            _ = keys.CurrentAsync().AsTask();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
