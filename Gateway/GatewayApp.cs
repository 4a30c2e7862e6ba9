using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Cluster;
using Rollcall.Connections;
using Rollcall.Demo;
using Rollcall.DeviceApi;
using Rollcall.DeviceApi.Rest;
using Rollcall.DeviceApi.WebSockets;
using Rollcall.Devices;
using Rollcall.Health;
using Rollcall.Http;
using Rollcall.Http.Problems;
using Rollcall.Http.Reference;
using Rollcall.Logs;
using Rollcall.Measuring;
using Rollcall.Pages;
using Rollcall.PortalApi.Commands;
using Rollcall.PortalApi.Devices;
using Rollcall.PortalApi.Events;
using Rollcall.PortalApi.Hub;
using Rollcall.PortalApi.Keys;
using Rollcall.Proxies;
using Rollcall.Warming;

namespace Rollcall;

/// <summary>The gateway from its parts. Nothing is decided in it: REST in, grain calls out.</summary>
internal static class GatewayApp
{
    /// <summary>What the server takes of any body; each call takes less.</summary>
    public const int MostBodyBytes = 64 * 1024;

    public static IConfiguration ReadEnvironment() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>Puts the gateway together; <paramref name="configure"/> overrides its settings.</summary>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static async Task<WebApplication> CreateAsync(Action<WebApplicationBuilder>? configure = null)
    {
        // Settings are read at the start. Watching files for changes takes one of the 128 watchers that a user may have on Linux by default.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = PortalPage.WebRoot,
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.AddRollcallConsole(builder.Configuration);
        configure?.Invoke(builder);

        var settings = new GatewaySettings(builder.Configuration);
        var telemetry = builder.AddTelemetry("rollcall-gateway", page: settings.MetricsPort is not null);
        var cluster = Deployment.OfGateway(builder.Configuration);
        builder.Configuration.RefuseOthers(cluster is null ? ProcessKind.Embedded : ProcessKind.Gateway);
        var data = cluster is null ? EmbeddedSilo.DataPath(builder.Configuration) : null;
        if (cluster is not null)
        {
            builder.AddClusterClient(cluster, settings, telemetry);
        }
        else
        {
            await builder.AddEmbeddedSiloAsync(settings, telemetry, data!);
            builder.Services.AddDemo(data!);
        }

        builder.Services.AddSingleton(provider => new WellKnownDevice(
            provider.GetRequiredService<IGrainFactory>(), allowed: cluster is null && settings.DemoCredentials));

        settings.RequireFreePort();

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(Incarnation.New());
        services.AddDoors(settings);
        services.AddCallers(
            new DeviceTokens(SigningKeys.OfSessions(builder.Configuration, data), TimeProvider.System),
            new PortalTokens(SigningKeys.OfPortals(settings.PortalTokens, data), settings.PortalTokens, TimeProvider.System));
        services.AddDataProtection().UseEphemeralDataProtectionProvider(); // Nothing here is protected by it; it would leave keys in the user's home.
        services.AddAddressLimit(settings);
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(settings.CorsOrigins).AllowAnyHeader().AllowAnyMethod().AllowCredentials()
            .WithExposedHeaders(RequestId.Header, "Retry-After", "ETag")));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default);
            json.SerializerOptions.NumberHandling = WireJson.Default.Options.NumberHandling; // Or the reference says that numbers may be texts.
        });
        services.AddReference(settings.PublicUrl);
        services.AddPortalHub();
        services.AddDeviceApi();
        services.AddSingleton<DependencyCheck>();
        services.AddAdmission();
        services.AddSingleton<CommandWait>();
        // And 5 s for the journal of the embedded mode: below what Compose and Kubernetes wait.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.AddSendBuffer(settings);
        services.AddWarmUp(siloInside: cluster is null);
        builder.WebHost.UsePortalFiles();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Serve(settings));

        var app = builder.Build();
        app.SayWhatIsOpen(data);
        app.UseWarmUp(siloInside: cluster is null);
        app.UseConnectionBook();
        if (settings.MetricsPort is { } metrics)
        {
            app.UseMetricsPort(metrics);
        }

        app.WarnOfUnknownProxies(settings);
        app.WarnOfUnusedKey(settings.PortalTokens);
        app.UseForwardedAddresses(settings.TrustedProxies);
        app.UsePublicPath(settings.PublicUrl);
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<FaultBarrier>();
        app.UseStatusCodePages(pages => Problem.OfStatus(pages.HttpContext.Response.StatusCode).ExecuteAsync(pages.HttpContext));
        app.UseHealthPort(settings);
        app.UseDeviceSockets();
        app.UseOwnPage(settings);
        app.UseRouting();
        app.UseMiddleware<Preflight>();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseKnownPortals();
        app.UseRateLimiter();

        app.MapPortalPage();
        app.MapHealth();
        if (settings.Reference)
        {
            app.MapReference();
        }

        var device = app.MapApi("/api/v1/device", "Device");
        device.MapJoining();
        device.MapHeartbeat();
        device.MapDeviceSocket();
        device.MapCommandResults();
        var customer = app.MapApi("/api/v1/customer", "Portal");
        customer.MapDeviceList();
        customer.MapDevices();
        customer.MapSecret();
        customer.MapEvents();
        customer.MapCommands();
        customer.MapEnrolmentKeys();
        app.MapPortalHub();
        app.MapDashboard(settings);
        if (cluster is null)
        {
            app.JoinEmbeddedSilo();
        }

        return app;
    }

    private static void Serve(this KestrelServerOptions kestrel, GatewaySettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1; // Any byte: a program's name in its User-Agent would cost the beat.
        kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
        kestrel.ConfigureEndpointDefaults(LengthlessPost.Accept);
        kestrel.Limits.RequireRequestsWithin(settings.Connections.RequestTimeout);
        kestrel.Listen(settings.ListenAddress, settings.Port);
        if (settings.MetricsPort is { } metrics)
        {
            kestrel.Listen(settings.MetricsAddress, metrics);
        }

        if (settings.HealthPort is { } health)
        {
            kestrel.Listen(settings.HealthAddress, health);
        }
    }

    private static void Listen(this KestrelServerOptions kestrel, string address, int port)
    {
        if (address == "*")
        {
            kestrel.ListenAnyIP(port);
        }
        else if (address != "localhost")
        {
            kestrel.Listen(System.Net.IPAddress.Parse(address), port);
        }
        else if (port == 0)
        {
            // A free port cannot be had on both loopbacks at once.
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(port);
        }
    }
}
