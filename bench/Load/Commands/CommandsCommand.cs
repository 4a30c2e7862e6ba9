using System.CommandLine;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Commands;

/// <summary><c>commands</c>: from a customer's request to the device and its result back.</summary>
internal static class CommandsCommand
{
    public static Command Create()
    {
        var devices = new Option<int>("--devices") { Description = "Devices that hold a socket each.", DefaultValueFactory = _ => 1_000 };
        var callers = new Option<string>(
            "--callers") { Description = "Customers that wait for a command's end at a time; several runs, separated by commas.",
                DefaultValueFactory = _ => "1,64" };
        var seconds = new Option<int>("--seconds") { Description = "Measured time of a round.", DefaultValueFactory = _ => 10 };
        var rounds =
            new Option<int>("--rounds") { Description = "Rounds; in each, beats and commands have their turns.", DefaultValueFactory = _ => 3 };
        var cluster = new Option<string?>("--cluster") {
            Description = "SILOS+GATEWAYS, as 2+2, on PostgreSQL and Redis; without it a silo in the gateway, on SQLite." };
        var command = new Command("commands", "Commands to connected devices and their results, beside stored REST beats.") { devices, callers,
            seconds, rounds, cluster };
        command.SetAction((parsed, cancellation) => new CommandsScenario(
            parsed.GetValue(devices),
            [.. parsed.GetValue(callers)!.Split(',').Select(one => int.Parse(one, null))],
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds),
            parsed.GetValue(cluster) is { } size ? ClusterSize.Parse(size) : null).RunAsync(cancellation));
        return command;
    }
}
