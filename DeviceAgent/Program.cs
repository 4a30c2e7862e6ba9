using System.CommandLine;
using Rollcall.DeviceAgent.Health;
using Rollcall.DeviceAgent.Run;
using Rollcall.DeviceAgent.Settings;

var run = new Command("run", "This machine as one device (the default); settings come from the environment.");
run.SetAction((_, _) => RunCommand.RunAsync());

var healthcheck = new Command("healthcheck", "Ask the agent on this machine for its health: exit code 0 or 1.");
healthcheck.SetAction((_, _) => HealthcheckCommand.RunAsync());

var root = new RootCommand("A device of Rollcall: registers, authenticates, beats.") { run, healthcheck };
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
