using System.Security.Cryptography;
using Rollcall.Auth;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Devices;

/// <summary>The call that replaces a device's secret.</summary>
internal static class SecretEndpoint
{
    public static void MapSecret(this IEndpointRouteBuilder customer) => customer
        .MapPost("/devices/{id}/secret", Replace)
        .RequireAuthorization(Policies.Owner)
        .WithSummary("Give the device another secret. It is shown once.")
        .WithDescription(
            "The former secret ends, or stays valid for overlapSeconds. Asked again before the device has used the new one, the newest counts "
                + "and the overlap does not grow.");

    private static async Task<Result<Ok<ReplacedSecret>, NotFound>> Replace(
        DeviceId id, Body<ReplaceSecretRequest> body, PortalCaller caller, IGrainFactory grains)
    {
        var overlap = TimeSpan.FromSeconds(body.Value.OverlapSeconds ?? 0);
        var wanted = new SecretReplacement(RandomNumberGenerator.GetBytes(32), overlap, body.Value.EndSessions ?? overlap == TimeSpan.Zero);
        var reply = await TwinCalls.RetryAsync(() => grains.GetDevice(id.Value).ReplaceSecret(caller.CustomerId, wanted), answer => answer.Refusal);
        return reply.Refusal == Refusal.None
            ? new Ok<ReplacedSecret>(new(reply.Secret!, reply.FormerUntil)) : Problem.Of(reply.Refusal);
    }
}
