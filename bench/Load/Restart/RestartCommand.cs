using System.CommandLine;
using Rollcall.Load.Servers;

namespace Rollcall.Load.Restart;

/// <summary><c>restart</c>: a whole fleet that comes back at once, after a <c>kill -9</c> of everything.</summary>
internal static class RestartCommand
{
    public static Command Create()
    {
        var devices = new Option<int>("--devices") { Description = "Devices that come back together.", DefaultValueFactory = _ => 10_000 };
        var chosen = new Option<int>("--chosen") {
            Description = "So many of them then sign in with a secret that somebody chose (bcrypt), for the time of --seconds; embedded only." };
        var seconds = new Option<int>("--seconds") { Description = "How long a rush is watched at most.", DefaultValueFactory = _ => 120 };
        var busy = new Option<int>("--busy") {
            Description = "Threads that take their share of the processor meanwhile, as other programs of a busy machine do." };
        var gateways = new Option<string[]>("--gateway")
        {
            Description =
                "NAME=PATH;VARIABLE=VALUE;...: another build's Rollcall.Gateway.dll (or none), and settings; repeatable, one after the other.",
            DefaultValueFactory = _ => [],
        };
        var cluster = new Option<string?>("--cluster") { Description = "SILOS+GATEWAYS, as 2+2, on PostgreSQL and Redis, after the others." };
        var command = new Command("restart", "A fleet that comes back at once after kill -9: with its sessions, then with its secrets.") { devices,
            chosen, seconds, busy, gateways, cluster };
        command.SetAction((parsed, cancellation) => new RestartScenario(
            parsed.GetValue(devices),
            parsed.GetValue(chosen),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(busy),
            GatewayBuild.Parse(parsed.GetValue(gateways)!),
            parsed.GetValue(cluster) is { } size ? ClusterSize.Parse(size) : null).RunAsync(cancellation));
        return command;
    }
}
