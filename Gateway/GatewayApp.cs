using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rollcall.Auth;
using Rollcall.Customers;
using Rollcall.Demo;
using Rollcall.Devices;
using Rollcall.Health;
using Rollcall.Hub;
using Rollcall.Page;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall;

/// <summary>The gateway from its parts. Nothing is decided in it: REST in, grain calls out.</summary>
internal static class GatewayApp
{
    /// <summary>What the server takes of any body; each call takes less.</summary>
    public const int MostBodyBytes = 64 * 1024;

    public static IConfiguration ReadEnvironment() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>Puts the gateway together; <paramref name="configure"/> has the last word on its settings.</summary>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static async Task<WebApplication> CreateAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddQuietConsole();
        configure?.Invoke(builder);

        var settings = new GatewaySettings(builder.Configuration);
        var data = EmbeddedSilo.DataPath(builder.Configuration);
        await builder.AddEmbeddedSiloAsync(settings, data);
        settings.RequireFreePort();

        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(Incarnation.New());
        services.AddSingleton(CredentialsFile.In(data, DemoFleet.FileName));
        services.AddSingleton<DemoFleet>();
        services.AddCallers(
            new DeviceTokens(SessionKeys(builder.Configuration, data), settings.SessionTtl, TimeProvider.System),
            new PortalTokens(PortalKeys(settings.PortalTokens, data), settings.PortalTokens, TimeProvider.System));
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
        services.AddReference();
        services.AddPortalHub();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(40));
        builder.WebHost.UsePortalFiles();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Serve(settings));

        var app = builder.Build();
        app.UseMiddleware<RequestId>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<FaultBarrier>();
        app.UseStatusCodePages(pages => Problem.OfStatus(pages.HttpContext.Response.StatusCode).ExecuteAsync(pages.HttpContext));
        app.UseRouting();
        app.UseCors();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();

        app.MapPortalPage();
        app.MapHealth();
        app.MapReference();
        var device = app.MapGroup("/api/v1/device").WithTags("Device");
        device.MapJoining();
        device.MapHeartbeat();
        var customer = app.MapGroup("/api/v1/customer").WithTags("Portal");
        customer.MapDeviceList();
        customer.MapDevices();
        customer.MapEvents();
        app.MapPortalHub();
        app.JoinEmbeddedSilo();
        return app;
    }

    public static KeyRing PortalKeys(PortalTokenSettings settings, string data) =>
        settings.Key is { } keys ? KeyRing.Parse("PORTAL_JWT_KEY", keys) : KeyRing.FromFile(Path.Combine(data, "keys", "portal.keys"));

    private static KeyRing SessionKeys(IConfiguration configuration, string data) =>
        configuration.Text("SESSION_SIGNING_KEYS") is { } keys
            ? KeyRing.Parse("SESSION_SIGNING_KEYS", keys)
            : KeyRing.FromFile(Path.Combine(data, "keys", "session.keys"));

    private static void Serve(this KestrelServerOptions kestrel, GatewaySettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
        if (settings.ListenAddress == "*")
        {
            kestrel.ListenAnyIP(settings.Port);
        }
        else if (settings.ListenAddress != "localhost")
        {
            kestrel.Listen(System.Net.IPAddress.Parse(settings.ListenAddress), settings.Port);
        }
        else if (settings.Port == 0)
        {
            // A free port cannot be had on both loopbacks at once.
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(settings.Port);
        }
    }

    private static void AddQuietConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
        foreach (var chatty in new[] { "Orleans", "Microsoft", "Polly", "System" })
        {
            logging.AddFilter(chatty, LogLevel.Warning);
        }

        // At the start it takes the first look at a participant for an hour without one.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // A slow machine's first seconds, not a fault.
        logging.AddFilter("Orleans.Runtime.Scheduler.WorkItemGroup", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.LocalSiloHealthMonitor", LogLevel.Error);
        logging.AddFilter("Orleans.LocalSiloHealthMonitor", LogLevel.Error);

        // Its scope and activity for every request cost more than they tell: no line is written in them, and faults are FaultBarrier's.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
    }
}
