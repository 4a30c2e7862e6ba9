using Rollcall.Auth;
using Rollcall.Commands;
using Rollcall.DeviceApi;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Commands;

/// <summary>How a command is sent.</summary>
/// <param name="Key">Calls with the same key within 24 h are the same command; null: each call is another.</param>
/// <param name="Wait">How long to wait for its end.</param>
internal sealed record SendOptions(string? Key, TimeSpan Wait) : IParameters<SendOptions>
{
    public static SendOptions Read(ParameterReader parameters) => new(
        parameters.VisibleHeader("Idempotency-Key", "The same within 24 h is the same command.", most: 255),
        parameters.Seconds("wait", "Seconds to wait for its end.", most: 30));
}

/// <summary>The filter and the page of a list of commands.</summary>
internal sealed record CommandListQuery(CommandStatus? Status, long? Before, int Limit) : IParameters<CommandListQuery>
{
    public static CommandListQuery Read(ParameterReader parameters) => new(
        parameters.Name<CommandStatus>("status", "Only those with this status."), parameters.Cursor(Cursors.Commands),
        parameters.Limit(usual: 50, most: 200));
}

/// <summary>The calls for a customer's commands to a device.</summary>
internal static class CommandEndpoints
{
    public static void MapCommands(this IEndpointRouteBuilder customer)
    {
        customer.MapPost("/devices/{id}/commands", Send)
            .RequireAuthorization(Policies.Operator)
            .WithSummary("Send a command. 202: committed, and delivered as soon as the device can be reached. 200: within `wait` it came to its end.")
            .WithDescription(
                "The same Idempotency-Key within 24 h is the same command; with another body it is 409. 429: the device has as many open "
                    + "commands as it may have.");
        customer.MapGet("/devices/{id}/commands", List)
            .RequireAuthorization(Policies.Viewer)
            .WithSummary("The device's commands, newest first.");
        customer.MapGet("/devices/{id}/commands/{commandId}", Read)
            .RequireAuthorization(Policies.Viewer)
            .WithSummary("One command.");
        customer.MapDelete("/devices/{id}/commands/{commandId}", Cancel)
            .RequireAuthorization(Policies.Operator)
            .WithSummary("Cancel a command that the device has not acknowledged. 409: it has, or the command has ended.");
    }

    private static async Task<Result<OkOrAcceptedAt<CommandBody>, NotFound, Conflict>> Send(
        Body<SendCommandRequest> body, Parameters<SendOptions> options, DeviceId id, HttpContext context, PortalCaller caller, IGrainFactory grains,
        CommandWait wait)
    {
        var (key, longest) = options.Value;
        var sent = await wait.UntilEndedAsync(
            caller.CustomerId, waiter => SendAsync(grains.GetDevice(id.Value), caller, body.Value, key, waiter), longest, context.RequestAborted);
        return sent.Refusal switch
        {
            Refusal.None => new OkOrAcceptedAt<CommandBody>(
                CommandBody.Of(sent.Command!), sent.Command!.IsOpen, $"/api/v1/customer/devices/{id.Value}/commands/{sent.Command.Id}"),
            Refusal.QuotaExceeded => Problem.TooManyCommands(sent.Limit),
            Refusal.Conflict => Problem.Conflict("This Idempotency-Key was used for another command within the last 24 h."),
            _ => Problem.Of(sent.Refusal),
        };
    }

    /// <summary>Repeats a call whose answer was lost. The key, made here when none was given, keeps it one command.</summary>
    private static async Task<CommandReply> SendAsync(
        IDeviceGrain twin, PortalCaller caller, SendCommandRequest request, string? given, CommandWaiter? waiter)
    {
        // A header's value cannot begin with a space, so no given key equals one of ours.
        var (key, known) = given is null ? (" " + Guid.NewGuid().ToString("N"), false) : (given, true);
        return await TwinCalls.RetryAsync(
            () =>
            {
                var command = new NewCommand(
                    request.Command!, JsonText.Of(request.Parameters), request.Ttl, caller.Name, key, known, waiter);
                known = true;
                return twin.Send(caller.CustomerId, command);
            },
            reply => reply.Refusal);
    }

    private static async Task<Result<Ok<CommandListAnswer>, NotFound>> List(
        Parameters<CommandListQuery> query, DeviceId id, PortalCaller caller, IGrainFactory grains)
    {
        var (status, before, limit) = query.Value;
        var page = await TwinCalls.RetryAsync(
            () => grains.GetFleet(caller.CustomerId).Commands(new CommandQuery(id.Value, status, before, limit)));
        return page.Refusal == Refusal.None
            ? new Ok<CommandListAnswer>(new(
                [.. page.Commands.Select(CommandBody.Of)], page.More ? Cursors.Commands.Of(page.Commands[^1].Number) : null))
            : Problem.Of(page.Refusal);
    }

    private static async Task<Result<Ok<CommandBody>, NotFound>> Read(DeviceId id, string commandId, PortalCaller caller, IGrainFactory grains)
    {
        var reply = await TwinCalls.RetryAsync(() => grains.GetFleet(caller.CustomerId).Command(id.Value, commandId));
        return reply.Refusal == Refusal.None ? new Ok<CommandBody>(CommandBody.Of(reply.Command!)) : Problem.Of(reply.Refusal);
    }

    private static async Task<Result<Ok<CommandBody>, NotFound, Conflict>> Cancel(
        DeviceId id, string commandId, PortalCaller caller, IGrainFactory grains)
    {
        var reply = await TwinCalls.RetryAsync(() => grains.GetDevice(id.Value).Cancel(caller.CustomerId, commandId), reply => reply.Refusal);
        return reply.Refusal switch
        {
            Refusal.None => new Ok<CommandBody>(CommandBody.Of(reply.Command!)),
            Refusal.Conflict => Problem.Conflict($"The command is {WireNames.Of(reply.Command!.Status)} and cannot be cancelled."),
            _ => Problem.Of(reply.Refusal),
        };
    }
}
