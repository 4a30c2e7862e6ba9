using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Rollcall.Logs;

namespace Rollcall.Silo;

/// <summary>Keeps its share of the roll until it is told to stop.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(IConfiguration environment, CancellationToken cancellation)
    {
        await using var app = SiloApp.Create(environment);
        await app.StartAsync(cancellation);
        var silo = app.Services.GetRequiredService<Orleans.Runtime.ILocalSiloDetails>();
        var health = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        app.Announce($"Silo: {silo.SiloAddress.Endpoint} in cluster {silo.ClusterId}, health at {health}/healthz");
        app.Lifetime.ApplicationStopping.Register(() => app.Announce("Silo: stops; its devices go to the others."));
        await app.WaitForShutdownAsync(cancellation);
        app.Announce("Silo: stopped.");
        return 0;
    }
}
