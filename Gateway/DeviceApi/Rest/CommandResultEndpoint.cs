using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.DeviceApi.Messages;
using Rollcall.Http;

namespace Rollcall.DeviceApi.Rest;

/// <summary>A device without a socket says what it has done.</summary>
internal static class CommandResultEndpoint
{
    public static void MapCommandResults(this IEndpointRouteBuilder device) => device
        .MapPost("/commands/{id}/result", Take)
        .RequireAuthorization(Policies.Device)
        .WithSummary("Acknowledge a command, or report its result. Repeat it until it is answered.")
        .WithDescription(
            "The same again is 200. 409: another result was given before, or an acknowledged command was cancelled or has expired: do not do it.");

    private static async Task<Result<Ok<SuccessAnswer>, NotFound, Conflict>> Take(
        string id, Body<CommandReportBody> body, HttpContext context, DeviceCaller caller, DeviceProtocol protocol)
    {
        var newcomer = context.Vouch(caller.CustomerId);
        if (await protocol.ReportAsync(caller, id, body.Value.Report) is { IsSuccess: false } refused)
        {
            return DeviceProblems.Of(refused);
        }

        newcomer?.Know(caller.CustomerId);
        return new Ok<SuccessAnswer>(new(true));
    }
}
