using System.Data.Common;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Rollcall.Logs;
using Rollcall.Running;

namespace Rollcall.Silo;

/// <summary>Runs the silo until it is asked to stop.</summary>
internal static class ServeCommand
{
    /// <param name="trustClock">--trust-clock.</param>
    /// <exception cref="SettingException">The database went away since its tables were looked at: the orchestrator tries again.</exception>
    public static async Task<int> RunAsync(IConfiguration environment, bool trustClock, StopRequest stop)
    {
        using var console = ServingConsole.Begin(environment);
        try
        {
            return await Serving.RunAsync(stop, () => Task.FromResult(Create(console, environment, trustClock, stop)), Announce);
        }
        catch (Exception failed) when (OfDatabase(failed) is { } away)
        {
            throw new SettingException("DATABASE_URL",
                $"names a database that went away while this silo started: {away.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static WebApplication Create(ServingConsole console, IConfiguration environment, bool trustClock, StopRequest stop)
    {
        var app = SiloApp.Create(environment, stop, trustClock);
        console.ReportTo(app);
        return app;
    }

    private static void Announce(WebApplication app)
    {
        var silo = app.Services.GetRequiredService<Orleans.Runtime.ILocalSiloDetails>();
        var health = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        app.Announce($"Silo: {silo.SiloAddress.Endpoint} in cluster {silo.ClusterId}, health at {health}/healthz");
        app.AnnounceVersion();
        app.Announce(app.Services.GetRequiredService<SiloSettings>().Connections.Line);
        app.Lifetime.ApplicationStopping.Register(() => app.Announce("Silo: stops; its devices go to the others."));
        app.Lifetime.ApplicationStopped.Register(() => app.Announce("Silo: stopped."));
    }

    private static DbException? OfDatabase(Exception? failed) =>
        failed is null or DbException ? failed as DbException : OfDatabase((failed as StoreUnavailableException)?.Cause ?? failed.InnerException);
}
