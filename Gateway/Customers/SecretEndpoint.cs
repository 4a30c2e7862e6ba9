using System.Security.Cryptography;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>Another secret for a device.</summary>
internal static class SecretEndpoint
{
    private const int MostBytes = 4 * 1024;
    private const int MostOverlap = 7 * 24 * 60 * 60;

    public static void MapSecret(this IEndpointRouteBuilder customer) => customer
        .MapPost("/devices/{id}/secret", Replace)
        .RequireAuthorization(Policies.Owner)
        .WithBody<ReplaceSecretRequest>(required: false, "application/json")
        .Produces<ReplacedSecret>()
        .Refuses(400, 401, 403, 404, 413, 415, 503)
        .WithSummary("Give the device another secret, shown this once.")
        .WithDescription(
            "The former secret is over, or stays good for overlapSeconds. Asked again before the device has used the new one, the newest counts "
                + "and the overlap does not grow.");

    private static async Task<IResult> Replace(string id, HttpContext context, PortalCaller caller, IGrainFactory grains)
    {
        if (!Ids.IsValid(id))
        {
            return Problem.NotFound();
        }

        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.ReplaceSecretRequest, MostBytes);
        request ??= new ReplaceSecretRequest();
        if (problem is null && request.OverlapSeconds is < 0 or > MostOverlap)
        {
            problem = Problem.Invalid("overlapSeconds", $"must be 0 to {MostOverlap}.");
        }

        if (problem is not null)
        {
            return problem;
        }

        var overlap = TimeSpan.FromSeconds(request.OverlapSeconds ?? 0);
        var wanted = new SecretReplacement(RandomNumberGenerator.GetBytes(32), overlap, request.EndSessions ?? overlap == TimeSpan.Zero);
        var reply = await TwinCalls.Patiently(() => grains.GetDevice(id).ReplaceSecret(caller.CustomerId, wanted), answer => answer.Refusal);
        if (reply.Refusal != Refusal.None)
        {
            return Problem.Of(reply.Refusal);
        }

        context.Response.Headers.CacheControl = "no-store";
        return Json.Answer(new ReplacedSecret(reply.Secret!, reply.FormerUntil), WireJson.Default.ReplacedSecret);
    }
}
