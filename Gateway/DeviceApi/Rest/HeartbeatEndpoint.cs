using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Connections;
using Rollcall.DeviceApi.Messages;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.Rest;

/// <summary>A beat over REST.</summary>
internal static class HeartbeatEndpoint
{
    public static void MapHeartbeat(this IEndpointRouteBuilder device) => device
        .MapPost("/heartbeat", Heartbeat)
        .RequireAuthorization(Policies.Device)
        .ReadsItself<HeartbeatRequest>()
        .WithSummary("Record a sign of life. 200: stored. 202: heard, and stored when the store is back.");

    private static async Task<Result<OkOrAccepted<HeartbeatAnswer>>> Heartbeat(HttpContext context, DeviceCaller caller, DeviceProtocol protocol)
    {
        var (payload, problem) = await ReadAsync(context.Request);
        if (problem is not null)
        {
            return problem;
        }

        var newcomer = context.Vouch(caller.CustomerId);
        var beat = await protocol.HeartbeatAsync(caller, payload);
        if (!beat.Outcome.IsSuccess)
        {
            return DeviceProblems.Of(beat.Outcome);
        }

        newcomer?.Know(caller.CustomerId);
        if (beat.Commands.Count > 0)
        {
            MarkDelivered(context.Response, caller, beat.Commands, protocol);
        }

        return Answer(beat, payload.Ignored);
    }

    /// <summary>The buffer goes back before the twin is called: while a flush is awaited, thousands of beats are in here.</summary>
    private static async ValueTask<(HeartbeatPayload Payload, Problem? Problem)> ReadAsync(HttpRequest request)
    {
        var (body, problem) = await Json.ReadBytesAsync(request, HeartbeatParser.MostBytes);
        using (body)
        {
            return problem is null && HeartbeatParser.TryRead(body.Length == 0 ? [] : body.Span, out var payload, out problem)
                ? (payload, null) : (default, problem);
        }
    }

    /// <summary>
    /// Delivered is what has been written. Apart: a lambda beside the answer would cost every beat an object, also one without commands.
    /// </summary>
    private static void MarkDelivered(HttpResponse response, DeviceCaller caller, IReadOnlyList<Command> commands, DeviceProtocol protocol) =>
        response.OnCompleted(() =>
        {
            protocol.MarkDelivered(caller, commands);
            return Task.CompletedTask;
        });

    private static OkOrAccepted<HeartbeatAnswer> Answer(HeartbeatOutcome beat, IReadOnlyList<string>? ignored) => new(
        new HeartbeatAnswer(true, true, beat.Stored, beat.Timestamp, beat.NextHeartbeat, beat.Commands.Count == 0 ? [] : Bodies(beat), ignored),
        accepted: !beat.Stored);

    private static DeviceCommandBody[] Bodies(HeartbeatOutcome beat) =>
        [.. beat.Commands.Select(command => DeviceCommandBody.Of(command, beat.Timestamp))];
}
