using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.Connections;
using Rollcall.DeviceApi.Messages;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.DeviceApi.Rest;

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

    private static async Task<IResult> Take(string id, HttpContext context, DeviceCaller caller, DeviceProtocol protocol)
    {
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.CommandResultRequest, CommandReports.MostBytes);
        if (problem is not null || (problem = CommandReports.Read(request, out var report)) is not null)
        {
            return problem;
        }

        var newcomer = context.Vouch(caller.CustomerId);
        if (await protocol.ReportAsync(caller, id, report) is { IsSuccess: false } refused)
        {
            return DeviceProblems.Of(refused);
        }

        newcomer?.Know(caller.CustomerId);
        return Json.Answer(new SuccessAnswer(true), WireJson.Default.SuccessAnswer);
    }
}
