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
    DevicesCommand.Create(configuration),
    Healthcheck.Create(() =>
    {
        var silo = new SiloSettings(configuration);
        return Healthcheck.At("HEALTH_PORT", silo.Address.ToString(), silo.HealthPort);
    }),
};
StoreVerbs.AddTo(root, configuration);
root.SetAction((given, _) => ServeCommand.RunAsync(configuration, given.GetValue(trustClock), stop));
try
{
    ClockHosting.RequireNoValue(args);
    // A stop takes the time that its journal needs: the host knows how long, the command line would end it after 2 s.
    return await root.Parse(args)
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception refused) when (refused is SettingException or Rollcall.Migrations.StoreTooNewException)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
