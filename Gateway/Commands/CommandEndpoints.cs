using Microsoft.OpenApi;
using Rollcall.Auth;
using Rollcall.Customers;
using Rollcall.Devices;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Commands;

/// <summary>A customer's commands to a device.</summary>
internal static class CommandEndpoints
{
    private const int UsualLimit = 50;
    private const int MostLimit = 200;
    private const int MostBytes = 20 * 1024;
    private const int MostParameterBytes = 16 * 1024;
    private const int MostKey = 255;
    private const int LongestTtl = 604_800;
    private const int UsualTtl = 3_600;
    private const int LongestWait = 30;

    public static void MapCommands(this IEndpointRouteBuilder customer)
    {
        customer.MapPost("/devices/{id}/commands", Send)
            .RequireAuthorization(Policies.Operator)
            .WithBody<SendCommandRequest>(required: true, "application/json")
            .Produces<CommandBody>()
            .Produces<CommandBody>(StatusCodes.Status202Accepted)
            .Refuses(400, 401, 403, 404, 409, 413, 415, 429, 503)
            .WithSummary("Send a command. 202: committed, and delivered as soon as the device can be reached. 200: within `wait` it came to its end.")
            .WithDescription(
                "The same Idempotency-Key within 24 h is the same command; with another body it is 409. 429: the device has as many open "
                    + "commands as it may have.")
            .WithHeader("Idempotency-Key", $"1 to {MostKey} visible ASCII characters; the same within 24 h is the same command")
            .WithQuery(("wait", JsonSchemaType.Integer, $"seconds, 0 to {LongestWait}, to wait for the end; default 0"));
        customer.MapGet("/devices/{id}/commands", List)
            .RequireAuthorization(Policies.Viewer)
            .Produces<CommandListAnswer>()
            .Refuses(400, 401, 403, 404, 503)
            .WithSummary("The device's commands, newest first.")
            .WithQuery(
                ("status", JsonSchemaType.String, "only those with this status"),
                ("cursor", JsonSchemaType.String, "nextCursor of the former page"),
                ("limit", JsonSchemaType.Integer, $"1 to {MostLimit}; default {UsualLimit}"));
        customer.MapGet("/devices/{id}/commands/{commandId}", Read)
            .RequireAuthorization(Policies.Viewer)
            .Produces<CommandBody>()
            .Refuses(401, 403, 404, 503)
            .WithSummary("One command.");
        customer.MapDelete("/devices/{id}/commands/{commandId}", Cancel)
            .RequireAuthorization(Policies.Operator)
            .Produces<CommandBody>()
            .Refuses(401, 403, 404, 409, 503)
            .WithSummary("Take a command back that the device has not acknowledged. 409: it has, or the command has ended.");
    }

    private static async Task<IResult> Send(string id, HttpContext context, PortalCaller caller, IGrainFactory grains, CommandWait wait)
    {
        var query = new Customers.QueryString(context.Request);
        var seconds = query.Number("wait") ?? 0;
        var (request, problem) = await Json.ReadAsync(context.Request, WireJson.Default.SendCommandRequest, MostBytes);
        problem ??= Check(request, query, seconds, context.Request.Headers["Idempotency-Key"]);
        if (problem is not null)
        {
            return problem;
        }

        if (!Ids.IsValid(id))
        {
            return Problem.NotFound();
        }

        var sent = await wait.UntilEndedAsync(
            caller.CustomerId, waiter => SendAsync(grains.GetDevice(id), caller, request!, context.Request.Headers["Idempotency-Key"], waiter),
            TimeSpan.FromSeconds(seconds), context.RequestAborted);
        if (sent.Refusal != Refusal.None)
        {
            return sent.Refusal switch
            {
                Refusal.Full => Problem.TooManyCommands(sent.Limit),
                Refusal.Conflict => Problem.Conflict("This Idempotency-Key was used for another command within the last 24 h."),
                _ => Problem.Of(sent.Refusal),
            };
        }

        var command = sent.Command!;
        context.Response.Headers.Location = $"{context.Request.PathBase}/api/v1/customer/devices/{id}/commands/{command.Id}";
        return Json.Answer(CommandBody.Of(command), WireJson.Default.CommandBody,
            command.IsOpen ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    /// <summary>
    /// A call whose answer was lost is made again: under a key, made here when none was given, so that it is one command whatever happened.
    /// </summary>
    private static async Task<CommandReply> SendAsync(
        IDeviceGrain twin, PortalCaller caller, SendCommandRequest request, string? given, CommandWaiter? waiter)
    {
        // No header can hold a space at its beginning, so no given key is like one of ours.
        var (key, known) = given is null ? (" " + Guid.NewGuid().ToString("N"), false) : (given, true);
        return await TwinCalls.Patiently(
            () =>
            {
                var command = new NewCommand(
                    request.Command!, JsonText.Of(request.Parameters), TimeSpan.FromSeconds(request.TtlSeconds ?? UsualTtl), caller.Name, key,
                    known, waiter);
                known = true;
                return twin.Send(caller.CustomerId, command);
            },
            reply => reply.Refusal);
    }

    private static Problem? Check(SendCommandRequest? request, Customers.QueryString query, long seconds, string? key)
    {
        var validation = query.Validation;
        if (!Ids.IsValid(request?.Command))
        {
            validation.Add("command", $"must be {Ids.Rule}.");
        }

        if (request?.TtlSeconds is < 1 or > LongestTtl)
        {
            validation.Add("ttlSeconds", $"must be 1 to {LongestTtl}.");
        }

        if (seconds > LongestWait)
        {
            validation.Add("wait", $"must be 0 to {LongestWait} seconds.");
        }

        if (key is not null && (key.Length is 0 or > MostKey || key.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            validation.Add("Idempotency-Key", $"must be 1 to {MostKey} visible ASCII characters.");
        }

        return validation.Problem ?? JsonText.Check("parameters", request?.Parameters, MostParameterBytes);
    }

    private static async Task<IResult> List(string id, HttpRequest request, PortalCaller caller, IGrainFactory grains)
    {
        var query = new Customers.QueryString(request);
        var (status, limit) = (query.Name<CommandStatus>("status"), query.Limit(UsualLimit, MostLimit));
        if (!Cursor.TryCommand(query.Text("cursor"), out var before))
        {
            query.Validation.Add("cursor", "is not one of this list's.");
        }

        if (query.Validation.Problem is { } problem)
        {
            return problem;
        }

        var page = Ids.IsValid(id)
            ? await TwinCalls.Patiently(() => grains.GetRoster(caller.CustomerId).Commands(new CommandQuery(id, status, before, limit)))
            : new CommandPage(Refusal.NotFound, [], false);
        return page.Refusal != Refusal.None
            ? Problem.Of(page.Refusal)
            : Json.Answer(
                new CommandListAnswer([.. page.Commands.Select(CommandBody.Of)], page.More ? Cursor.OfCommand(page.Commands[^1].Number) : null),
                WireJson.Default.CommandListAnswer);
    }

    private static async Task<IResult> Read(string id, string commandId, PortalCaller caller, IGrainFactory grains) => Answer(
        Ids.IsValid(id)
            ? await TwinCalls.Patiently(() => grains.GetRoster(caller.CustomerId).Command(id, commandId)) : new CommandReply(Refusal.NotFound));

    private static async Task<IResult> Cancel(string id, string commandId, PortalCaller caller, IGrainFactory grains) => Answer(
        Ids.IsValid(id)
            ? await TwinCalls.Patiently(() => grains.GetDevice(id).Cancel(caller.CustomerId, commandId), reply => reply.Refusal)
            : new CommandReply(Refusal.NotFound));

    private static IResult Answer(CommandReply reply) => reply.Refusal switch
    {
        Refusal.None => Json.Answer(CommandBody.Of(reply.Command!), WireJson.Default.CommandBody),
        Refusal.Conflict => Problem.Conflict($"The command is {WireNames.Of(reply.Command!.Status)} and cannot be taken back."),
        _ => Problem.Of(reply.Refusal),
    };
}
