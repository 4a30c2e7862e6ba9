using System.CommandLine;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Memory;

/// <summary><c>memory</c>: resident memory of every process, by devices.</summary>
internal static class MemoryCommand
{
    public static Command Create()
    {
        var devices = new Option<string>("--devices") { Description = "Devices that are online; several runs, separated by commas.",
            DefaultValueFactory = _ => "0,1000,10000" };
        var cluster = new Option<string?>("--cluster") {
            Description = "SILOS+GATEWAYS, as 2+2, on PostgreSQL and Redis; without it a silo in the gateway, on SQLite." };
        var sockets = new Option<bool>("--ws") { Description = "Then each device opens a WebSocket that says nothing, and it is read again." };
        var command = new Command("memory", "Resident memory of every process, idle and with devices online.") { devices, cluster, sockets };
        command.SetAction((parsed, cancellation) => new MemoryScenario(
            [.. parsed.GetValue(devices)!.Split(',').Select(one => int.Parse(one, null))],
            parsed.GetValue(cluster) is { } size ? ClusterSize.Parse(size) : null,
            parsed.GetValue(sockets)).RunAsync(cancellation));
        return command;
    }
}
