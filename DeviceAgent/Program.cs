using System.CommandLine;
using Rollcall.DeviceAgent.Fleet;
using Rollcall.DeviceAgent.Health;
using Rollcall.DeviceAgent.Probe;
using Rollcall.DeviceAgent.Run;
using Rollcall.DeviceAgent.Settings;

var run = new Command("run", "This machine as one device (the default); settings come from the environment.");
run.SetAction((_, _) => RunCommand.RunAsync());

var count = new Option<int>("--count") { Description = "How many devices.", Required = true };
var credentials = new Option<string?>("--credentials") { Description = "JSON lines with deviceId and deviceSecret; the first ones are used." };
var prefix = new Option<string>("--prefix") { Description = "Without a file: device ids NAME-00001 and so on.", DefaultValueFactory = _ => "fleet" };
var sockets = new Option<bool>("--ws") { Description = "Each holds a WebSocket and beats over it." };
var fleet = new Command("fleet", "Many devices in one process.") { count, credentials, prefix, sockets };
fleet.SetAction(
    (asked, _) => FleetCommand.RunAsync(asked.GetValue(count), asked.GetValue(credentials), asked.GetValue(prefix)!, asked.GetValue(sockets)));

var probe = new Command("probe", "Reachability, authentication, heartbeat and read-back with timings, and advice when one fails.");
probe.SetAction((_, stop) => ProbeCommand.RunAsync(stop));

var healthcheck = new Command("healthcheck", "Ask the agent on this machine for its health: exit code 0 or 1.");
healthcheck.SetAction((_, _) => HealthcheckCommand.RunAsync());

var root = new RootCommand("A device of Rollcall: registers, authenticates, beats.") { run, fleet, probe, healthcheck };
root.SetAction((_, _) => RunCommand.RunAsync());

var asked = root.Parse(args);
if (asked.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync(asked.Errors[0].Message);
    return 2;
}

try
{
    // The goodbye on a signal is the commands' own.
    return await asked.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (SettingsException refusal)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return 2;
}
