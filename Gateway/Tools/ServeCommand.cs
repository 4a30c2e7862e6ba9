using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Demo;
using Rollcall.Logs;
using Rollcall.Running;

namespace Rollcall.Tools;

/// <summary>Serves until it is told to stop; says where, and starts the demo fleet.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan LinkTtl = TimeSpan.FromDays(7);

    /// <param name="trustClock">--trust-clock.</param>
    public static async Task<int> RunAsync(bool trustClock, StopRequest stop)
    {
        using var console = ServingConsole.Begin(GatewayApp.ReadEnvironment());
        return await Serving.RunAsync(stop, () => CreateAsync(console, builder => Configure(builder, trustClock, stop)), Announce);
    }

    private static async Task<WebApplication> CreateAsync(ServingConsole console, Action<WebApplicationBuilder> configure)
    {
        var app = await GatewayApp.CreateAsync(configure);
        console.ReportTo(app);
        return app;
    }

    private static void Configure(WebApplicationBuilder builder, bool trustClock, StopRequest stop)
    {
        stop.Attach(builder.Services);
        if (trustClock)
        {
            builder.TrustClock();
        }
    }

    private static void Announce(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<GatewaySettings>();
        var own = settings.Address(Port(app));
        var url = settings.PublicUrl.Or(own);
        var connections = settings.Line();
        if (app.Services.GetService<DemoFleet>() is not { } demo)
        {
            app.Announce($"Gateway: {url}/, and silos are reached. `portal-token --customer ...` makes a token for the portal.");
            app.AnnounceVersion();
            app.Announce(connections);
            return;
        }

        if (settings.PortalTokens.Authority is null)
        {
            var token = app.Services.GetRequiredService<PortalTokens>().Issue(DemoFleet.Customer, PortalRole.Owner, LinkTtl);
            app.Announce($"Portal: {url}/#token={token}", logged: $"Portal: {url}/");
        }

        app.AnnounceVersion();
        app.Announce(connections);
        demo.Start(own, url, line => app.Announce(line));
    }

    private static int Port(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            .Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
}
