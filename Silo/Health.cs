using Orleans.Runtime;

namespace Rollcall.Silo;

/// <summary>Health endpoints of a silo for an orchestrator. Not public: gateways have the public ones.</summary>
internal static class Health
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapSiloHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/healthz", Methods, () => Results.Json(new { status = "ok" }));
        routes.MapMethods("/readyz", Methods, (ISiloStatusOracle silo) =>
        {
            var ready = silo.CurrentStatus == SiloStatus.Active;
            return Results.Json(new { ready, status = silo.CurrentStatus.ToString(), silos = silo.GetActiveSilos().Length },
                statusCode: ready ? 200 : 503);
        });
    }
}
