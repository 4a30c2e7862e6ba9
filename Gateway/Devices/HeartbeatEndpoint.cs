using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Connections;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Devices;

/// <summary>A beat over REST.</summary>
internal static class HeartbeatEndpoint
{
    public static void MapHeartbeat(this IEndpointRouteBuilder device) => device
        .MapPost("/heartbeat", Heartbeat)
        .RequireAuthorization(Policies.Device)
        .WithBody<HeartbeatRequest>(required: false, "application/json")
        .Produces<HeartbeatAnswer>()
        .Produces<HeartbeatAnswer>(StatusCodes.Status202Accepted)
        .Refuses(400, 401, 403, 413, 415, 429, 503)
        .WithSummary("Record a sign of life. 200: stored. 202: heard, and stored when the store is back.");

    private static async Task<IResult> Heartbeat(
        HttpContext context, DeviceCaller caller, IGrainFactory grains, Incarnation gateway, AdmissionControl admission)
    {
        var (said, problem) = await ReadAsync(context.Request);
        if (problem is not null)
        {
            return problem;
        }

        var beat = new Heartbeat(caller.Session, said.Goodbye, said.Health, said.Metrics, gateway.Id, Ignored: said.Ignored);
        var twin = grains.GetDevice(caller.DeviceId);
        var newcomer = context.Vouch(caller.CustomerId);
        using var place = await admission.EnterAsync(caller.DeviceId);
        if (place.Refused is { } busy)
        {
            return busy;
        }

        var reply = await TwinCalls.Patiently(() => twin.Heartbeat(beat), reply => reply.Refusal);
        place.Served(reply.Refusal);
        if (reply.Refusal == Refusal.None)
        {
            newcomer?.Know(caller.CustomerId);
        }

        if (reply.Commands is { Count: > 0 } commands)
        {
            // Sent is what has been written.
            context.Response.OnCompleted(() =>
            {
                twin.Sent(null, [.. commands.Select(command => command.Id)]).AsTask().Ignore();
                return Task.CompletedTask;
            });
        }

        return reply.Refusal switch
        {
            Refusal.None => Answer(reply, said.Ignored),
            Refusal.RateLimited => Problem.TooManyGoodbyes(reply.NextHeartbeat),
            _ => Problem.Of(reply.Refusal),
        };
    }

    /// <summary>The buffer goes back before the twin is called: while a flush is awaited, thousands of beats are in here.</summary>
    private static async ValueTask<(Said Said, Problem? Problem)> ReadAsync(HttpRequest request)
    {
        var (body, problem) = await Json.ReadBytesAsync(request, HeartbeatBody.MostBytes);
        using (body)
        {
            return problem is null && HeartbeatBody.TryRead(body.Length == 0 ? [] : body.Span, out var said, out problem)
                ? (said, null) : (default, problem);
        }
    }

    private static IResult Answer(HeartbeatReply reply, IReadOnlyList<string>? ignored) => Json.Answer(
        new HeartbeatAnswer(true, true, reply.Stored, reply.Timestamp, reply.NextHeartbeat, reply.Commands.Count == 0 ? [] : Bodies(reply), ignored),
        WireJson.Default.HeartbeatAnswer,
        reply.Stored ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);

    /// <summary>Apart: a lambda beside the answer would cost every beat an object, also one without commands.</summary>
    private static DeviceCommandBody[] Bodies(HeartbeatReply reply) =>
        [.. reply.Commands.Select(command => DeviceCommandBody.Of(command, reply.Timestamp))];
}
