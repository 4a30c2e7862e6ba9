using Microsoft.AspNetCore.Authentication;
using Rollcall.Auth;
using Rollcall.Http;
using Rollcall.Http.Problems;
using Rollcall.Running;
using Rollcall.Warming;

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
        open.MapGet("/healthz", Alive).WithSummary("The process lives.");
        open.MapGet("/readyz", async () => Ready(await dependencies.GetAsync(), warmUp))
            .WithSummary("503 only while no silo can be reached, or the path of a beat is not warm.");
        open.MapGet("/health", async () => Report(await dependencies.GetAsync(), warmUp)).WithSummary("As /readyz, with a status in a word.");
        open.MapGet("/version", (Delegate)Version).WithSummary("What runs; with a token, of a portal or a device, from which commit.");
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
        IResult answer = known switch
        {
            "/healthz" => Alive(),
            "/readyz" => Ready(await dependencies.GetAsync(), warmUp),
            "/health" => Report(await dependencies.GetAsync(), warmUp),
            _ => Problem.OfStatus(StatusCodes.Status404NotFound),
        };
        await answer.ExecuteAsync(context);
    }

    private static Ok<HealthAnswer> Alive() => new(new HealthAnswer("ok"));

    private static OkOrUnavailable<ReadyAnswer> Ready(Dependencies dependencies, PathWarmUp warmUp)
    {
        var ready = dependencies.Cluster == "ok" && warmUp.IsOver;
        return new(new ReadyAnswer(ready, dependencies), ready);
    }

    private static OkOrUnavailable<HealthReport> Report(Dependencies dependencies, PathWarmUp warmUp)
    {
        var ready = dependencies.Cluster == "ok" && warmUp.IsOver;
        var status = !ready ? "unavailable" : dependencies.Database == "ok" ? "ok" : "degraded";
        return new(new HealthReport(status, ready, dependencies), ready);
    }

    /// <summary>A commit tells a stranger which faults are not mended here.</summary>
    private static async Task<Ok<VersionAnswer>> Version(HttpContext context) =>
        new(new VersionAnswer("Rollcall", await IsSignedIn(context) ? BuildVersion.Whole : BuildVersion.Number));

    private static async Task<bool> IsSignedIn(HttpContext context) =>
        (await context.AuthenticateAsync(Policies.Portal)).Succeeded || (await context.AuthenticateAsync(Policies.Device)).Succeeded;
}
