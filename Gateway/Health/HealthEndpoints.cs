using Microsoft.AspNetCore.Authentication;
using Rollcall.Auth;
using Rollcall.Problems;
using Rollcall.Running;
using Rollcall.Warming;
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

/// <summary>What runs. The commit follows the version (<c>1.2.3+commit</c>) for those who are signed in.</summary>
internal sealed record VersionAnswer(string Name, string Version);

/// <summary>What an orchestrator, a load balancer or a person asks first.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var dependencies = routes.ServiceProvider.GetRequiredService<DependencyCheck>();
        var warmUp = routes.ServiceProvider.GetRequiredService<PathWarmUp>();
        var open = routes.MapGroup("").WithTags("Health").AllowAnonymous().TakeHead();
        open.MapGet("/healthz", Alive)
            .Produces<HealthAnswer>().WithSummary("The process lives.");
        open.MapGet("/readyz", async () => Ready(await dependencies.GetAsync(), warmUp))
            .Produces<ReadyAnswer>().Produces<ReadyAnswer>(503)
            .WithSummary("503 only while no silo can be reached, or the path of a beat is not warm.");
        open.MapGet("/health", async () => Report(await dependencies.GetAsync(), warmUp))
            .Produces<HealthReport>().Produces<HealthReport>(503).WithSummary("As /readyz, with a status in a word.");
        open.MapGet("/version", (Delegate)Version)
            .Produces<VersionAnswer>().WithSummary("What runs; with a token, of a portal or a device, from which commit.");
    }

    /// <summary>Serves the three of them, and nothing else, at HEALTH_PORT. Told by the socket: a caller chooses its Host header.</summary>
    public static void UseHealthPort(this IApplicationBuilder app, GatewaySettings settings)
    {
        if (settings.HealthPort is { } port)
        {
            app.MapWhen(context => context.Connection.LocalPort == port, probes => probes.Run(AnswerAsync));
        }
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var dependencies = context.RequestServices.GetRequiredService<DependencyCheck>();
        var warmUp = context.RequestServices.GetRequiredService<PathWarmUp>();
        var known = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? context.Request.Path.Value : null;
        var answer = known switch
        {
            "/healthz" => Alive(),
            "/readyz" => Ready(await dependencies.GetAsync(), warmUp),
            "/health" => Report(await dependencies.GetAsync(), warmUp),
            _ => Problem.OfStatus(StatusCodes.Status404NotFound),
        };
        await answer.ExecuteAsync(context);
    }

    private static IResult Alive() => Json.Answer(new HealthAnswer("ok"), WireJson.Default.HealthAnswer);

    private static IResult Ready(Dependencies dependencies, PathWarmUp warmUp)
    {
        var ready = dependencies.Cluster == "ok" && warmUp.IsOver;
        return Json.Answer(new ReadyAnswer(ready, dependencies), WireJson.Default.ReadyAnswer, ready ? 200 : 503);
    }

    private static IResult Report(Dependencies dependencies, PathWarmUp warmUp)
    {
        var ready = dependencies.Cluster == "ok" && warmUp.IsOver;
        var status = !ready ? "unavailable" : dependencies.Database == "ok" ? "ok" : "degraded";
        return Json.Answer(new HealthReport(status, ready, dependencies), WireJson.Default.HealthReport, ready ? 200 : 503);
    }

    /// <summary>A commit tells a stranger which faults are not mended here.</summary>
    private static async Task<IResult> Version(HttpContext context)
    {
        var version = await IsSignedIn(context) ? BuildVersion.Whole : BuildVersion.Number;
        return Json.Answer(new VersionAnswer("Rollcall", version), WireJson.Default.VersionAnswer);
    }

    private static async Task<bool> IsSignedIn(HttpContext context) =>
        (await context.AuthenticateAsync(Policies.Portal)).Succeeded || (await context.AuthenticateAsync(Policies.Device)).Succeeded;
}
