using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Rollcall;
using Rollcall.Administration;
using Rollcall.Tools;
using Rollcall.Health;
using Rollcall.Running;

// First of all.
using var stop = new StopRequest(serves: args is [] or [ClockHosting.Argument]);

// `dotnet run --project Gateway` serves; its commands are tools beside that.
var trustClock = new Option<bool>(ClockHosting.Argument) { Description = ClockHosting.Description };
var root = new RootCommand("Rollcall: keeps the roll of a fleet of devices. Without a command: serve.")
{
    trustClock,
    Healthcheck.Create(() =>
    {
        var gateway = new GatewaySettings(GatewayApp.ReadEnvironment());
        return gateway.HealthPort is { } health
            ? Healthcheck.At("HEALTH_PORT", gateway.HealthAddress, health)
            : Healthcheck.At("PORT", gateway.ListenAddress, gateway.Port);
    }),
};
Verbs.AddTo(root, GatewayApp.ReadEnvironment());
root.SetAction((given, _) => ServeCommand.RunAsync(given.GetValue(trustClock), stop));
try
{
    return await Verbs.RunAsync(root, args);
}
catch (IOException taken) when (taken.InnerException is AddressInUseException)
{
    Console.Error.WriteLine("PORT, METRICS_PORT or HEALTH_PORT names a port that another program is using: stop that one, or set it to another.");
    return 2;
}
