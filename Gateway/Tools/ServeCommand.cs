using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Rollcall.Auth;
using Rollcall.Demo;
using Rollcall.Logs;

namespace Rollcall.Tools;

/// <summary>Serves until it is told to stop; says where, and starts the demo fleet.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan LinkTtl = TimeSpan.FromDays(7);

    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        await using var app = await GatewayApp.CreateAsync();
        await app.StartAsync(cancellation);
        var port = Port(app);
        if (app.Services.GetService<DemoFleet>() is not { } demo)
        {
            app.Announce($"Gateway: http://localhost:{port}/, and silos are reached. `portal-token --customer ...` makes a token for the portal.");
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        }

        if (app.Services.GetRequiredService<GatewaySettings>().PortalTokens.Authority is null)
        {
            var token = app.Services.GetRequiredService<PortalTokens>().Issue(DemoFleet.Customer, PortalRole.Owner, LinkTtl);
            app.Announce($"Portal: http://localhost:{port}/#token={token}", logged: $"Portal: http://localhost:{port}/");
        }

        demo.Start(port, line => app.Announce(line));
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static int Port(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            .Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
}
