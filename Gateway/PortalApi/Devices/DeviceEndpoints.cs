using System.Security.Cryptography;
using Rollcall.Auth;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Fleet;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Devices;

/// <summary>The options of adding a device.</summary>
internal sealed record CreateOptions(bool WithSecret) : IParameters<CreateOptions>
{
    public static CreateOptions Read(ParameterReader parameters) =>
        new(parameters.Flag("secret", "Answer with deviceSecret instead of activationCode and expiresAt."));
}

/// <summary>The condition of a change: the version that it is for.</summary>
internal sealed record PatchCondition(string? IfMatch) : IParameters<PatchCondition>
{
    public static PatchCondition Read(ParameterReader parameters) =>
        new(ProfileTag.Wanted(parameters.Header("If-Match", "An ETag, also weak or with a proxy's suffix: changed since is 412.")));
}

/// <summary>The calls for one device: read, add, change, remove.</summary>
internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder customer)
    {
        foreach (var (path, summary)
            in new[] { ("/devices/{id}", "One device, from its twin."), ("/devices/{id}/status", "The same as without /status.") })
        {
            customer.MapGet(path, Read)
                .RequireAuthorization(Policies.Viewer)
                .WithSummary(summary)
                .WithDescription("The ETag names the version of what its owner sets; beats do not change it.");
        }

        customer.MapPost("/devices", Create)
            .RequireAuthorization(Policies.Owner)
            .WithSummary(
                "Add a device. It joins by the one-time code, or with ?secret=true by the secret, shown once; or it has its own already.");
        customer.MapPatch("/devices/{id}", Patch)
            .RequireAuthorization(Policies.Owner)
            .WithSummary("Change name, location, mode or heartbeat times. Leaving active ends the session; a maintenance may end by itself.");
        customer.MapDelete("/devices/{id}", Delete)
            .RequireAuthorization(Policies.Owner)
            .WithSummary("Remove the device, its session and its log. The same id later is a new device.");
        customer.MapDelete("/devices/{id}/session", Revoke)
            .RequireAuthorization(Policies.Operator)
            .WithSummary("End the device's session: offline, reason revoked. It may authenticate again.");
    }

    private static async Task<Result<OkWithETag<DeviceBody>, NotFound>> Read(DeviceId id, PortalCaller caller, IGrainFactory grains)
    {
        var reply = await TwinCalls.RetryAsync(() => grains.GetDevice(id.Value).Read(caller.CustomerId), reply => reply.Refusal);
        return reply.Refusal == Refusal.None ? Tagged(reply) : Problem.Of(reply.Refusal);
    }

    private static async Task<Result<CreatedAt<CreatedDevice>, Conflict>> Create(
        Body<CreateDeviceRequest> body, Parameters<CreateOptions> options, PortalCaller caller, IGrainFactory grains)
    {
        var (request, own, withSecret) = (body.Value, body.Value.Own, options.Value.WithSecret);
        if (withSecret && own is not null)
        {
            return Problem.Invalid("secret", "true asks for a new secret: leave it out with deviceSecret or secretHash.");
        }

        // Two calls for one request may both be carried out: the seed lets the second find what the first has made.
        var device = new NewDevice(request.DeviceId, request.Name, request.Location, withSecret, RandomNumberGenerator.GetBytes(32),
            HeartbeatInterval: request.HeartbeatInterval, HeartbeatTimeout: request.HeartbeatTimeout);
        var calls = 0;
        var fleet = grains.GetFleet(caller.CustomerId);
        var created = await TwinCalls.RetryAsync(
            () => own is null ? fleet.Create(Once()) : fleet.CreateWithSecret(Once(), own), reply => reply.Refusal);
        if (created.Refusal != Refusal.None)
        {
            return Problem.Of(created.Refusal);
        }

        var added = DeviceBody.Of(created.Device!);
        return new CreatedAt<CreatedDevice>(
            own is not null ? new(added)
                : withSecret ? new(added, DeviceSecret: created.Secret!)
                : new(added, created.ActivationCode!, created.ExpiresAt!.Value),
            $"/api/v1/customer/devices/{added.DeviceId}");

        NewDevice Once() => device with { Again = calls++ > 0 };
    }

    private static async Task<Result<OkWithETag<DeviceBody>, NotFound, PreconditionFailed>> Patch(
        DeviceId id, Body<PatchBody> body, Parameters<PatchCondition> condition, PortalCaller caller, IGrainFactory grains)
    {
        var reply = await TwinCalls.RetryAsync(
            () => grains.GetDevice(id.Value).Patch(caller.CustomerId, body.Value.Patch, condition.Value.IfMatch), reply => reply.Refusal);
        return reply.Refusal != Refusal.None ? Problem.Of(reply.Refusal)
            : IsDone(body.Value.Patch, reply.Device!) ? Tagged(reply)
            : Problem.Unavailable();
    }

    /// <summary>False: a silo of a former version left out what it does not know. A retry may come to another one.</summary>
    private static bool IsDone(DevicePatch patch, Device device) =>
        (patch.HeartbeatInterval is null || patch.HeartbeatInterval.Value == device.HeartbeatInterval)
        && (patch.HeartbeatTimeout is null || patch.HeartbeatTimeout.Value == device.HeartbeatTimeout)
        && (patch.ModeNote is null || patch.ModeNote.Value == device.ModeNote)
        && (patch.ModeUntil is null || patch.ModeUntil.Value == device.ModeUntil);

    private static OkWithETag<DeviceBody> Tagged(DeviceReply reply) => new(DeviceBody.Of(reply.Device!), reply.ETag);

    private static async Task<Result<NoContent, NotFound>> Delete(DeviceId id, PortalCaller caller, IGrainFactory grains) =>
        Done(await TwinCalls.RetryRemovalAsync(() => grains.GetDevice(id.Value).Delete(caller.CustomerId), gone: Refusal.NotFound));

    private static async Task<Result<NoContent, NotFound>> Revoke(DeviceId id, PortalCaller caller, IGrainFactory grains) =>
        Done(await TwinCalls.RetryRemovalAsync(() => grains.GetDevice(id.Value).RevokeSession(caller.CustomerId), gone: Refusal.None));

    private static Result<NoContent, NotFound> Done(Refusal refusal) =>
        refusal == Refusal.None ? new NoContent() : Problem.Of(refusal);
}
