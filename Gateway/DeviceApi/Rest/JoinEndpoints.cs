using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Demo;
using Rollcall.Devices;
using Rollcall.Enrolment;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.Rest;

/// <summary>How a device gets its secret, its session, and how it ends that.</summary>
internal static class JoinEndpoints
{
    public static void MapJoining(this IEndpointRouteBuilder device)
    {
        device.MapPost("/auth", Authenticate)
            .AllowAnonymous()
            .WithSummary("Open a session. It replaces the former one when a heartbeat or a socket first uses it.");
        device.MapPost("/register", Register)
            .AllowAnonymous()
            .RequireRateLimiting(AddressLimit.Policy)
            .WithSummary("Join: exchange a one-time activation code, or an enrolment key and an id of its own, for a secret.")
            .WithDescription("Repeated before the first authentication it gives a new secret. 409: the code is used up, or the id is taken.");
        device.MapDelete("/session", EndSession)
            .RequireAuthorization(Policies.Device)
            .WithSummary("End the session: the device is offline, reason goodbye. With a token that was not used yet the former session ends, too.");
    }

    private static async Task<Result<Ok<AuthAnswer>, Unauthorized, Forbidden>> Authenticate(
        Body<AuthRequest> body, HttpContext context, IGrainFactory grains, DeviceTokens tokens, SignInTurns turns, AdmissionControl admission,
        IdleTimes idle, WellKnownDevice wellKnown)
    {
        var (deviceId, secret) = (body.Value.DeviceId!, body.Value.DeviceSecret!);
        using var turn = await turns.EnterAsync(context);
        if (turn.IsRefused)
        {
            return Problem.RateLimited();
        }

        using var permit = await admission.SignInAsync(deviceId);
        if (permit.IsRefused)
        {
            return Problem.Busy(permit.RetryAfter);
        }

        // Two calls for one request may both be carried out, the first of them last: it must not drop the session that was answered and is
        // not used yet. One that is used it would not end.
        var attempt = Guid.NewGuid().ToString("N");
        var reply = await SignInAsync();
        if (reply.Refusal == Refusal.InvalidCredentials && await wellKnown.AddedAsync(deviceId, secret))
        {
            reply = await SignInAsync();
        }

        permit.Served(reply.Refusal);
        idle.Learn(reply.HasOwnTimes ? 0 : reply.HeartbeatInterval);
        if (reply is { Refusal: Refusal.None, CustomerId: { } customer })
        {
            context.KnowCaller(customer);
        }

        if (reply.RetryAfter > 0)
        {
            admission.SecretsWait();
            return Problem.Busy(reply.RetryAfter);
        }

        return reply.Refusal == Refusal.None
            ? new Ok<AuthAnswer>(new(
                tokens.Issue(deviceId, reply.CustomerId!, reply.Session!, reply.ExpiresIn), "Bearer", reply.ExpiresIn, deviceId,
                reply.HeartbeatInterval, reply.HeartbeatTimeout))
            : Problem.Of(reply.Refusal);

        ValueTask<AuthenticateReply> SignInAsync() => TwinCalls.RetryAsync(
            () => grains.GetDevice(deviceId).Authenticate(secret, attempt, turn.Address.ToString(), turn.Sparingly),
            reply => reply.Refusal);
    }

    private static async Task<Result<Created<RegisterAnswer>, Conflict>> Register(
        Body<RegisterRequest> body, HttpContext context, IGrainFactory grains, AdmissionControl admission)
    {
        var request = body.Value;
        using var permit = await admission.SignInAsync(request.DeviceId!);
        if (permit.IsRefused)
        {
            return Problem.Busy(permit.RetryAfter);
        }

        var reply = await TwinCalls.RetryAsync(() => Join(request, grains), reply => reply.Refusal);
        permit.Served(reply.Refusal);
        if (reply is { Refusal: Refusal.None, CustomerId: { } customer })
        {
            context.KnowCaller(customer);
        }

        return reply.Refusal == Refusal.None
            ? new Created<RegisterAnswer>(new(request.DeviceId!, reply.Secret!)) : Problem.Of(reply.Refusal);
    }

    private static ValueTask<RegisterReply> Join(RegisterRequest request, IGrainFactory grains) => request.EnrolmentKey is { } key
        ? grains.GetEnrolmentKey(key).Enrol(request.DeviceId!, request.Name)
        : grains.GetDevice(request.DeviceId!).Register(request.ActivationCode!, request.Name);

    private static async Task<Result<NoContent>> EndSession(DeviceCaller caller, DeviceProtocol protocol) =>
        await protocol.EndSessionAsync(caller) is { IsSuccess: false } refused ? DeviceProblems.Of(refused) : new NoContent();
}
