using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Commands;

/// <summary>A device without a socket says what it has done.</summary>
internal static class CommandResultEndpoint
{
    public static void MapCommandResults(this IEndpointRouteBuilder device) => device
        .MapPost("/commands/{id}/result", Take)
        .RequireAuthorization(Policies.Device)
        .WithBody<CommandResultRequest>(required: true, "application/json")
        .Produces<SuccessAnswer>()
        .Refuses(400, 401, 403, 404, 409, 413, 415, 429, 503)
        .WithSummary("Say that a command has come (acknowledged), or what came of it. Repeat it until it is answered.")
        .WithDescription(
            "The same again is 200. 409: another result was given before, or an acknowledged command was cancelled or has expired: do not do it.");

    private static async Task<IResult> Take(string id, HttpContext context, DeviceCaller caller, IGrainFactory grains, AdmissionControl admission)
    {
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.CommandResultRequest, CommandReports.MostBytes);
        if (problem is not null || (problem = CommandReports.Read(request, out var said)) is not null)
        {
            return problem;
        }

        var newcomer = context.Vouch(caller.CustomerId);
        using var place = await admission.EnterAsync(caller.DeviceId);
        if (place.Refused is { } busy)
        {
            return busy;
        }

        var report = new CommandReport(caller.Session, null, id, said.Status, said.Result, said.Error);
        var reply = await TwinCalls.Patiently(() => grains.GetDevice(caller.DeviceId).Report(report), reply => reply.Refusal);
        place.Served(reply.Refusal);
        if (reply.Refusal == Refusal.None)
        {
            newcomer?.Know(caller.CustomerId);
        }

        return reply.Refusal == Refusal.None
            ? Json.Answer(new SuccessAnswer(true), WireJson.Default.SuccessAnswer) : CommandReports.Refused(reply.Refusal);
    }
}
