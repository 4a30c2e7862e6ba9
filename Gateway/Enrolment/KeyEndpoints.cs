using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Enrolment;

/// <summary>Enrolment keys: by one of them many devices join.</summary>
internal static class KeyEndpoints
{
    private const int MostBytes = 16 * 1024;
    private const int MostDevices = 1_000_000;

    public static void MapEnrolmentKeys(this IEndpointRouteBuilder customer)
    {
        customer.MapPost("/enrolment-keys", Create)
            .RequireAuthorization(Policies.Owner)
            .WithBody<CreateKeyRequest>(required: true, "application/json")
            .Produces<CreatedKey>(StatusCodes.Status201Created)
            .Refuses(400, 401, 403, 409, 413, 415, 503)
            .WithSummary("Make a key by which many devices join, shown this once. 409: as many good ones as there may be are there.");
        customer.MapGet("/enrolment-keys", List)
            .RequireAuthorization(Policies.Owner)
            .Produces<KeyListAnswer>()
            .Refuses(401, 403, 503)
            .WithSummary("The enrolment keys and how far they are used, newest first; never their texts.");
        customer.MapDelete("/enrolment-keys/{id}", Revoke)
            .RequireAuthorization(Policies.Owner)
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(401, 403, 404, 503)
            .WithSummary("Revoke the key: no device joins by it any more, those that did stay.");
    }

    private static async Task<IResult> Create(HttpContext context, PortalCaller caller, IGrainFactory grains, TimeProvider clock)
    {
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.CreateKeyRequest, MostBytes);
        problem ??= Check(request, clock.GetUtcNow());
        if (problem is not null)
        {
            return problem;
        }

        var created = await grains.GetCustomer(caller.CustomerId).CreateKey(new NewKey(request!.Name!, request.MaxDevices, request.ExpiresAt));
        return created.Refusal != Refusal.None
            ? Problem.Of(created.Refusal)
            : Json.Answer(new CreatedKey(created.Id!, created.Text!), WireJson.Default.CreatedKey, StatusCodes.Status201Created);
    }

    private static Problem? Check(CreateKeyRequest? request, DateTimeOffset now)
    {
        var validation = new Validation().Text("name", request?.Name, 1, Validation.LongestText);
        if (request?.MaxDevices is < 1 or > MostDevices)
        {
            validation.Add("maxDevices", $"must be 1 to {MostDevices}, or null.");
        }

        if (request?.ExpiresAt <= now)
        {
            validation.Add("expiresAt", "must be in the future, or null.");
        }

        return validation.Problem;
    }

    private static async Task<IResult> List(PortalCaller caller, IGrainFactory grains)
    {
        var keys = await TwinCalls.Patiently(() => grains.GetCustomer(caller.CustomerId).ListKeys());
        return Json.Answer(new KeyListAnswer([.. keys.Select(KeyBody.Of)]), WireJson.Default.KeyListAnswer);
    }

    private static async Task<IResult> Revoke(string id, PortalCaller caller, IGrainFactory grains)
    {
        var refusal = await TwinCalls.Patiently(() => grains.GetCustomer(caller.CustomerId).RevokeKey(id), gone: Refusal.None);
        return refusal == Refusal.None ? TypedResults.NoContent() : Problem.Of(refusal);
    }
}
