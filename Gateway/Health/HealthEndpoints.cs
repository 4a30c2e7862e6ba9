using System.Reflection;
using Rollcall.Wire;

namespace Rollcall.Health;

/// <summary>The process lives.</summary>
internal sealed record HealthAnswer(string Status);

/// <summary>Whether calls can be served.</summary>
internal sealed record ReadyAnswer(bool Ready, Dependencies Dependencies);

/// <summary>As <see cref="ReadyAnswer"/>, in a word: <c>ok</c>, <c>degraded</c> (beats are heard but not stored) or <c>unavailable</c>.</summary>
internal sealed record HealthReport(string Status, bool Ready, Dependencies Dependencies);

/// <summary>Each <c>ok</c>, <c>down</c>, <c>unused</c> in this mode, or <c>unknown</c> while no silo can be asked.</summary>
internal sealed record Dependencies(string Cluster, string Database, string Redis);

/// <summary>What runs.</summary>
internal sealed record VersionAnswer(string Name, string Version);

/// <summary>What an orchestrator, a load balancer or a person asks first.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("").WithTags("Health").AllowAnonymous();
        open.MapGet("/healthz", () => Json.Answer(new HealthAnswer("ok"), WireJson.Default.HealthAnswer))
            .Produces<HealthAnswer>().WithSummary("The process lives.");
        open.MapGet("/readyz", Ready)
            .Produces<ReadyAnswer>().Produces<ReadyAnswer>(503).WithSummary("503 only when no silo can be reached.");
        open.MapGet("/health", Report)
            .Produces<HealthReport>().Produces<HealthReport>(503).WithSummary("As /readyz, with a status in a word.");
        open.MapGet("/version", () => Json.Answer(Version(), WireJson.Default.VersionAnswer))
            .Produces<VersionAnswer>().WithSummary("What runs.");
    }

    private static async Task<IResult> Ready(IGrainFactory grains, TimeProvider clock)
    {
        var dependencies = await Look(grains, clock);
        var ready = dependencies.Cluster == "ok";
        return Json.Answer(new ReadyAnswer(ready, dependencies), WireJson.Default.ReadyAnswer, ready ? 200 : 503);
    }

    private static async Task<IResult> Report(IGrainFactory grains, TimeProvider clock)
    {
        var dependencies = await Look(grains, clock);
        var ready = dependencies.Cluster == "ok";
        var status = !ready ? "unavailable" : dependencies.Database == "ok" ? "ok" : "degraded";
        return Json.Answer(new HealthReport(status, ready, dependencies), WireJson.Default.HealthReport, ready ? 200 : 503);
    }

    private static async Task<Dependencies> Look(IGrainFactory grains, TimeProvider clock)
    {
        try
        {
            var stores = await grains.GetRoster("health").Look().AsTask().WaitAsync(Patience, clock);
            return new Dependencies("ok", Word(stores.Database), Word(stores.Redis));
        }
        catch (Exception)
        {
            return new Dependencies("down", "unknown", "unknown");
        }
    }

    private static string Word(bool? answers) => answers switch { null => "unused", true => "ok", false => "down" };

    private static VersionAnswer Version() => new(
        "Rollcall", typeof(HealthEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");
}
