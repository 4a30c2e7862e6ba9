using Orleans.Runtime;

namespace Rollcall.Silo;

/// <summary>What an orchestrator asks a silo. Not for the world: gateways have the public ones.</summary>
internal static class Health
{
    public static void MapSiloHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Json(new { status = "ok" }));
        routes.MapGet("/readyz", (ISiloStatusOracle silo) =>
        {
            var ready = silo.CurrentStatus == SiloStatus.Active;
            return Results.Json(new { ready, status = silo.CurrentStatus.ToString(), silos = silo.GetActiveSilos().Length }, statusCode: ready ? 200 : 503);
        });
    }
}
