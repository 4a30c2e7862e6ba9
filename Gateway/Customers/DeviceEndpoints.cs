using System.Security.Cryptography;
using Microsoft.OpenApi;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Roster;
using Rollcall.Wire;

namespace Rollcall.Customers;

/// <summary>One device: see, add, change, remove.</summary>
internal static class DeviceEndpoints
{
    private const int MostBytes = 16 * 1024;

    public static void MapDevices(this IEndpointRouteBuilder customer)
    {
        foreach (var (path, summary)
            in new[] { ("/devices/{id}", "One device, from its twin."), ("/devices/{id}/status", "The same as without /status.") })
        {
            customer.MapGet(path, Read)
                .RequireAuthorization(Policies.Viewer)
                .Produces<DeviceBody>()
                .Refuses(401, 403, 404, 503)
                .WithSummary(summary)
                .WithDescription("The ETag names the version of name, location and mode; beats do not change it.");
        }

        customer.MapPost("/devices", Create)
            .RequireAuthorization(Policies.Owner)
            .WithBody<CreateDeviceRequest>(required: false, "application/json")
            .Produces<CreatedWithCode>(StatusCodes.Status201Created)
            .Refuses(400, 401, 403, 409, 413, 415, 503)
            .WithSummary(
                "Add a device. It joins by the one-time code, or with ?secret=true by the secret, shown this once; or it brings its own along.")
            .WithQuery(("secret", JsonSchemaType.Boolean, "true: answer with deviceSecret instead of activationCode and expiresAt"));
        customer.MapPatch("/devices/{id}", Patch)
            .RequireAuthorization(Policies.Owner)
            .WithBody<PatchDeviceRequest>(required: true, "application/merge-patch+json", "application/json")
            .Produces<DeviceBody>()
            .Refuses(400, 401, 403, 404, 412, 413, 415, 503)
            .WithSummary("Change name, location or mode. Leaving active ends the session. If-Match is honoured, also weak or with a proxy's suffix.");
        customer.MapDelete("/devices/{id}", Delete)
            .RequireAuthorization(Policies.Owner)
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(401, 403, 404, 503)
            .WithSummary("Remove the device, its session and its log. The same id later is a new device.");
        customer.MapDelete("/devices/{id}/session", Revoke)
            .RequireAuthorization(Policies.Operator)
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(401, 403, 404, 503)
            .WithSummary("End the device's session: offline, reason revoked. It may authenticate again.");
    }

    private static async Task<IResult> Read(string id, HttpContext context, PortalCaller caller, IGrainFactory grains) =>
        !Ids.IsValid(id)
            ? Problem.NotFound()
            : Answer(context, await TwinCalls.Patiently(() => grains.GetDevice(id).Read(caller.CustomerId), reply => reply.Refusal));

    private static async Task<IResult> Create(HttpContext context, PortalCaller caller, IGrainFactory grains)
    {
        var query = new QueryString(context.Request);
        var withSecret = query.Flag("secret");
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.CreateDeviceRequest, MostBytes);
        request ??= new CreateDeviceRequest(null, null, null);
        var validation = request.DeviceId is null ? query.Validation : query.Validation.Id("deviceId", request.DeviceId);
        problem ??= OwnSecretRule.Check(validation, request, withSecret).FreeText("name", request.Name)
            .FreeText("location", request.Location).Problem;
        if (problem is not null)
        {
            return problem;
        }

        // Two calls for one request may both be carried out: by the seed the second finds what the first has made.
        var device = new NewDevice(request.DeviceId, request.Name, request.Location, withSecret, RandomNumberGenerator.GetBytes(32));
        var calls = 0;
        var own = request is { DeviceSecret: null, SecretHash: null } ? null : new OwnSecret(request.DeviceSecret, request.SecretHash);
        var roster = grains.GetRoster(caller.CustomerId);
        var created = await TwinCalls.Patiently(
            () => own is null ? roster.Create(Once()) : roster.CreateWithSecret(Once(), own), reply => reply.Refusal);
        if (created.Refusal != Refusal.None)
        {
            return Problem.Of(created.Refusal);
        }

        var body = DeviceBody.Of(created.Device!);
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/customer/devices/{body.DeviceId}";
        return own is not null ? Json.Answer(new CreatedWithOwnSecret(body), WireJson.Default.CreatedWithOwnSecret, StatusCodes.Status201Created)
            : withSecret
            ? Json.Answer(new CreatedWithSecret(body, created.Secret!), WireJson.Default.CreatedWithSecret, StatusCodes.Status201Created)
            : Json.Answer(
                new CreatedWithCode(body, created.ActivationCode!, created.ExpiresAt!.Value), WireJson.Default.CreatedWithCode,
                StatusCodes.Status201Created);

        NewDevice Once() => device with { Again = calls++ > 0 };
    }

    private static async Task<IResult> Patch(string id, HttpContext context, PortalCaller caller, IGrainFactory grains)
    {
        if (!Ids.IsValid(id))
        {
            return Problem.NotFound();
        }

        var (patch, problem) = await PatchBody.ReadAsync(context.Request, MostBytes);
        if (problem is not null)
        {
            return problem;
        }

        var ifMatch = ProfileTag.Wanted(context.Request.Headers.IfMatch);
        return Answer(
            context, await TwinCalls.Patiently(() => grains.GetDevice(id).Patch(caller.CustomerId, patch!, ifMatch), reply => reply.Refusal));
    }

    private static async Task<IResult> Delete(string id, PortalCaller caller, IGrainFactory grains) =>
        await Done(id, twin => twin.Delete(caller.CustomerId), grains, gone: Refusal.NotFound);

    private static async Task<IResult> Revoke(string id, PortalCaller caller, IGrainFactory grains) =>
        await Done(id, twin => twin.RevokeSession(caller.CustomerId), grains, gone: Refusal.None);

    private static async Task<IResult> Done(string id, Func<IDeviceGrain, ValueTask<Refusal>> call, IGrainFactory grains, Refusal gone)
    {
        var refusal = Ids.IsValid(id) ? await TwinCalls.Patiently(() => call(grains.GetDevice(id)), gone) : Refusal.NotFound;
        return refusal == Refusal.None ? TypedResults.NoContent() : Problem.Of(refusal);
    }

    private static IResult Answer(HttpContext context, DeviceReply reply)
    {
        if (reply.Refusal != Refusal.None)
        {
            return Problem.Of(reply.Refusal);
        }

        context.Response.Headers.ETag = reply.ETag;
        return Json.Answer(DeviceBody.Of(reply.Device!), WireJson.Default.DeviceBody, tagged: true);
    }
}
