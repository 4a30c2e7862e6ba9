using Rollcall.Auth;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Keys;

/// <summary>The calls for enrolment keys, with which many devices join.</summary>
internal static class KeyEndpoints
{
    public static void MapEnrolmentKeys(this IEndpointRouteBuilder customer)
    {
        customer.MapPost("/enrolment-keys", Create)
            .RequireAuthorization(Policies.Owner)
            .WithSummary("Create an enrolment key for many devices. It is shown once. 409: the limit of valid keys is reached.");
        customer.MapGet("/enrolment-keys", List)
            .RequireAuthorization(Policies.Owner)
            .WithSummary("The enrolment keys and their use, newest first; never the keys themselves.");
        customer.MapDelete("/enrolment-keys/{id}", Revoke)
            .RequireAuthorization(Policies.Owner)
            .WithSummary("Revoke the key. No new device can join with it; devices that have joined stay.");
    }

    private static async Task<Result<Created<CreatedKey>, Conflict>> Create(
        Body<CreateKeyRequest> body, PortalCaller caller, IGrainFactory grains)
    {
        var wanted = body.Value;
        var key = new NewKey(wanted.Name!, wanted.MaxDevices, wanted.ExpiresAt, wanted.HeartbeatInterval, wanted.HeartbeatTimeout);
        var created = await grains.GetCustomer(caller.CustomerId).CreateKey(key);
        return created.Refusal == Refusal.None
            ? new Created<CreatedKey>(new(created.Id!, created.Text!)) : Problem.Of(created.Refusal);
    }

    private static async Task<Ok<KeyListAnswer>> List(PortalCaller caller, IGrainFactory grains)
    {
        var keys = await TwinCalls.RetryAsync(() => grains.GetCustomer(caller.CustomerId).ListKeys());
        return new(new KeyListAnswer([.. keys.Select(KeyBody.Of)]));
    }

    private static async Task<Result<NoContent, NotFound>> Revoke(string id, PortalCaller caller, IGrainFactory grains)
    {
        var refusal = await TwinCalls.RetryRemovalAsync(() => grains.GetCustomer(caller.CustomerId).RevokeKey(id), gone: Refusal.None);
        return refusal == Refusal.None ? new NoContent() : Problem.Of(refusal);
    }
}
