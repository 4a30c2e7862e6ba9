using System.CommandLine;
using Rollcall;
using Rollcall.Administration;
using Rollcall.Health;
using Rollcall.Running;
using Rollcall.Silo;

// First of all.
using var stop = new StopRequest(serves: args is [] or [ClockHosting.Argument]);

// `dotnet run --project Silo` runs a silo; the other commands are tools.
var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
var trustClock = new Option<bool>(ClockHosting.Argument) { Description = ClockHosting.Description };
var root = new RootCommand("Rollcall's silo. Without a command: keep a share of the roll, as one of a cluster (DATABASE_URL, REDIS_URL).")
{
    trustClock,
    Healthcheck.Create(() =>
    {
        var silo = new SiloSettings(configuration);
        return Healthcheck.At("HEALTH_PORT", silo.Address.ToString(), silo.HealthPort);
    }),
};
Verbs.AddTo(root, configuration);
root.SetAction((given, _) => ServeCommand.RunAsync(configuration, given.GetValue(trustClock), stop));
return await Verbs.RunAsync(root, args);
