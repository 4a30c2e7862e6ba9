using Rollcall.Auth;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Devices;

/// <summary>A beat over REST.</summary>
internal static class HeartbeatEndpoint
{
    public static void MapHeartbeat(this IEndpointRouteBuilder device) => device
        .MapPost("/heartbeat", Heartbeat)
        .RequireAuthorization(Policies.Device)
        .Accepts<HeartbeatRequest>(isOptional: true, "application/json")
        .Produces<HeartbeatAnswer>()
        .Produces<HeartbeatAnswer>(StatusCodes.Status202Accepted)
        .Refuses(400, 401, 403, 413, 415, 429, 503)
        .WithSummary("Record a sign of life. 200: stored. 202: heard, and stored when the store is back.");

    private static async Task<IResult> Heartbeat(HttpContext context, DeviceCaller caller, IGrainFactory grains, Incarnation gateway)
    {
        var (body, problem) = await Json.ReadBytesAsync(context.Request, HeartbeatBody.MostBytes);
        using (body)
        {
            if (problem is not null || !HeartbeatBody.TryRead(body.Length == 0 ? [] : body.Span, out var said, out problem))
            {
                return problem!;
            }

            var beat = new Heartbeat(caller.Session, said.Goodbye, said.Health, said.Metrics, gateway.Id);
            var twin = grains.GetDevice(caller.DeviceId);
            var reply = await TwinCalls.OnceMore(() => twin.Heartbeat(beat), reply => reply.Refusal);
            return reply.Refusal == Refusal.None ? Answer(reply) : Problem.Of(reply.Refusal);
        }
    }

    private static IResult Answer(HeartbeatReply reply) => Json.Answer(
        new HeartbeatAnswer(true, true, reply.Stored, reply.Timestamp, reply.NextHeartbeat, []),
        WireJson.Default.HeartbeatAnswer,
        reply.Stored ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
}
