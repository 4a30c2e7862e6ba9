using System.CommandLine;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Rest;

/// <summary><c>rest</c>: stored beats over REST beside the bare server.</summary>
internal static class RestCommand
{
    public static Command Create()
    {
        var callers = new Option<string>("--callers") { Description = "Connections at a time; several runs, separated by commas.",
            DefaultValueFactory = _ => "64,1000" };
        var devices = new Option<int>("--devices") { Description = "Devices in the roll. Default: as many as the most callers." };
        var seconds = new Option<int>("--seconds") { Description = "Measured time of a round.", DefaultValueFactory = _ => 10 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; in each, every server has its turn.", DefaultValueFactory = _ => 3 };
        var gateways = new Option<string[]>("--gateway")
        {
            Description = "NAME=PATH;VARIABLE=VALUE;...: another build's Rollcall.Gateway.dll (or none), and settings; repeatable, all run in turns.",
            DefaultValueFactory = _ => [],
        };
        var clusters = new Option<string[]>("--cluster")
        {
            Description =
                "SILOS+GATEWAYS, as 2+2: processes of their own on PostgreSQL and Redis, which must be installed; repeatable, run in the same turns.",
            DefaultValueFactory = _ => [],
        };
        var sockets = new Option<bool>("--ws") { Description = "Each gateway has a second turn, over devices' WebSockets." };
        var command = new Command("rest", "Stored REST beats, beside a bare server that stores nothing.") { callers, devices, seconds, rounds,
            gateways, clusters, sockets };
        command.SetAction((parsed, cancellation) => new RestScenario(new RestOptions(
            [.. parsed.GetValue(callers)!.Split(',').Select(one => int.Parse(one, null))],
            parsed.GetValue(devices),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds),
            GatewayBuild.Parse(parsed.GetValue(gateways)!),
            [.. parsed.GetValue(clusters)!.Select(ClusterSize.Parse)],
            parsed.GetValue(sockets))).RunAsync(cancellation));
        return command;
    }
}
