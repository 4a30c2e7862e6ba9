using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.DeviceApi.Rest;

/// <summary>How a device gets its secret, its session, and how it ends that.</summary>
internal static class JoinEndpoints
{
    private const int MostBytes = 16 * 1024;

    public static void MapJoining(this IEndpointRouteBuilder device)
    {
        device.MapPost("/auth", Authenticate)
            .AllowAnonymous()
            .WithBody<AuthRequest>(required: true, "application/json")
            .Produces<AuthAnswer>()
            .Refuses(400, 401, 403, 413, 415, 429, 503)
            .WithSummary("Open a session. It replaces the former one when a heartbeat or a socket first uses it.");
        device.MapPost("/register", Register)
            .AllowAnonymous()
            .RequireRateLimiting(AddressLimit.Policy)
            .WithBody<RegisterRequest>(required: true, "application/json")
            .Produces<RegisterAnswer>(StatusCodes.Status201Created)
            .Refuses(400, 409, 413, 415, 429, 503)
            .WithSummary("Join: exchange a one-time activation code, or an enrolment key and an id of its own, for a secret.")
            .WithDescription("Repeated before the first authentication it gives a new secret. 409: the code is used up, or the id is taken.");
        device.MapDelete("/session", EndSession)
            .RequireAuthorization(Policies.Device)
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(401, 403, 429, 503)
            .WithSummary("End the session: the device is offline, reason goodbye. With a token that was not used yet the former session ends, too.");
    }

    private static async Task<IResult> Authenticate(
        HttpContext context, IGrainFactory grains, DeviceTokens tokens, SignInTurns turns, AdmissionControl admission, IdleTimes idle)
    {
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.AuthRequest, MostBytes);
        problem ??= new Validation().Id("deviceId", request?.DeviceId).Text("deviceSecret", request?.DeviceSecret, 8, 256).Problem;
        if (problem is not null)
        {
            return problem;
        }

        using var turn = await turns.EnterAsync(context);
        if (turn.IsRefused)
        {
            return Problem.RateLimited();
        }

        using var place = await admission.SignInAsync(request!.DeviceId!);
        if (place.IsRefused)
        {
            return Problem.Busy(place.RetryAfter);
        }

        // Two calls for one request may both be carried out, the first of them last: it must not drop the session that was answered and is
        // not used yet. One that is used it would not end.
        var attempt = Guid.NewGuid().ToString("N");
        var reply = await TwinCalls.RetryAsync(
            () => grains.GetDevice(request.DeviceId!).Authenticate(request.DeviceSecret!, attempt, turn.Address.ToString(), turn.Sparingly),
            reply => reply.Refusal);
        place.Served(reply.Refusal);
        idle.Learn(reply.HeartbeatInterval);
        if (reply is { Refusal: Refusal.None, CustomerId: { } customer })
        {
            context.KnowCaller(customer);
        }

        if (reply.RetryAfter > 0)
        {
            admission.SecretsWait();
            return Problem.Busy(reply.RetryAfter);
        }

        return reply.Refusal != Refusal.None ? Problem.Of(reply.Refusal)
            : Json.Answer(
                new AuthAnswer(
                    tokens.Issue(request.DeviceId!, reply.CustomerId!, reply.Session!, reply.ExpiresIn), "Bearer", reply.ExpiresIn,
                    request.DeviceId!, reply.HeartbeatInterval, reply.HeartbeatTimeout),
                WireJson.Default.AuthAnswer);
    }

    private static async Task<IResult> Register(HttpContext context, IGrainFactory grains, AdmissionControl admission)
    {
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.RegisterRequest, MostBytes);
        problem ??= Check(request);
        if (problem is not null)
        {
            return problem;
        }

        using var place = await admission.SignInAsync(request!.DeviceId!);
        if (place.IsRefused)
        {
            return Problem.Busy(place.RetryAfter);
        }

        var reply = await TwinCalls.RetryAsync(() => Join(request, grains), reply => reply.Refusal);
        place.Served(reply.Refusal);
        if (reply is { Refusal: Refusal.None, CustomerId: { } customer })
        {
            context.KnowCaller(customer);
        }

        return reply.Refusal != Refusal.None
            ? Problem.Of(reply.Refusal)
            : Json.Answer(new RegisterAnswer(request.DeviceId!, reply.Secret!), WireJson.Default.RegisterAnswer, StatusCodes.Status201Created);
    }

    private static ValueTask<RegisterReply> Join(RegisterRequest request, IGrainFactory grains) => request.EnrolmentKey is { } key
        ? grains.GetEnrolmentKey(key).Enrol(request.DeviceId!, request.Name)
        : grains.GetDevice(request.DeviceId!).Register(request.ActivationCode!, request.Name);

    private static Problem? Check(RegisterRequest? request)
    {
        var validation = new Validation().Id("deviceId", request?.DeviceId).FreeText("name", request?.Name);
        return request switch
        {
            { EnrolmentKey: not null, ActivationCode: not null } =>
                validation.Add("enrolmentKey", "must not stand beside an activationCode.").Problem,
            { EnrolmentKey: { } key } => validation.Text("enrolmentKey", key, 1, 256).Problem,
            _ => validation.Text("activationCode", request?.ActivationCode, 1, 256).Problem,
        };
    }

    private static async Task<IResult> EndSession(DeviceCaller caller, DeviceProtocol protocol) =>
        await protocol.EndSessionAsync(caller) is { IsSuccess: false } refused ? DeviceProblems.Of(refused) : TypedResults.NoContent();
}
