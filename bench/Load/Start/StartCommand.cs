using System.CommandLine;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Start;

/// <summary><c>start</c>: how long a device waits whose call is the first that a server gets.</summary>
internal static class StartCommand
{
    public static Command Create()
    {
        var starts = new Option<int>("--starts") { Description = "Starts for each kind of first call.", DefaultValueFactory = _ => 10 };
        var gateways = new Option<string[]>("--gateway")
        {
            Description = "NAME=PATH;VARIABLE=VALUE;...: another build's Rollcall.Gateway.dll (or none), and settings; repeatable, in turns.",
            DefaultValueFactory = _ => [],
        };
        var cluster =
            new Option<string?>("--cluster") { Description = "SILOS+GATEWAYS, as 1+1, on PostgreSQL and Redis, instead of a silo in the gateway." };
        var silos = new Option<bool>("--silos") { Description = "Of the cluster the silos alone are killed and started." };
        var command = new Command(
            "start", "The first beat, the first beat over a WebSocket and the first sign-in after a start, of a device that was there before.") {
                starts, gateways, cluster, silos };
        command.SetAction((parsed, cancellation) => new StartScenario(
            parsed.GetValue(starts),
            GatewayBuild.Parse(parsed.GetValue(gateways)!),
            parsed.GetValue(cluster) is { } size ? ClusterSize.Parse(size) : null,
            parsed.GetValue(silos)).RunAsync(cancellation));
        return command;
    }
}
