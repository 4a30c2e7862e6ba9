using System.Buffers;
using System.Net.WebSockets;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.DeviceApi.Rest;
using Rollcall.Measuring;
using Rollcall.Problems;
using Rollcall.Warming;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>Where a device's request becomes its socket.</summary>
internal static class WebSocketEndpoint
{
    /// <summary>Only here is a request prepared to become a socket; a beat over REST pays nothing for it.</summary>
    public const string Path = "/api/v1/device/ws";

    /// <summary>For a close that the library sent to be read.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    /// <summary>Of a token of HTTP.</summary>
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");

    /// <summary>
    /// What is no complete upgrade is said to be none before anybody asks for a token: one that came as a subprotocol would not be
    /// found, and a device whose proxy drops two headers would throw a good session away.
    /// </summary>
    public static void UseDeviceSockets(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(Path),
        sockets =>
        {
            sockets.UseWebSockets();
            sockets.Use((context, next) => IsNoUpgrade(context) ? AskForUpgradeAsync(context) : next(context));
        });

    private static Task AskForUpgradeAsync(HttpContext context)
    {
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade, keep-alive"; // By the first word alone the server would hang up without saying so.
        context.Response.Headers.SecWebSocketVersion = "13";
        return Problem.UpgradeRequired().ExecuteAsync(context);
    }

    private static bool IsNoUpgrade(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            && context.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase) && !context.WebSockets.IsWebSocketRequest;

    public static void MapDeviceSocket(this IEndpointRouteBuilder device) => device
        .MapGet("/ws", OpenAsync)
        .RequireAuthorization(Policies.Device)
        .Produces(StatusCodes.Status101SwitchingProtocols)
        .Refuses(401, 403, 426, 503)
        .WithSummary("Open the device's WebSocket: beats, pings and commands as JSON text frames. The newest socket wins.");

    private static async Task<IResult> OpenAsync(
        HttpContext context, DeviceCaller caller, DeviceProtocol protocol, Greetings greetings, GatewaySettings settings, GatewayMeter meter,
        TimeProvider clock)
    {
        // Before the upgrade: a refusal is an answer with a status, as for every other call.
        var (outcome, connection) = await protocol.ConnectAsync(caller, new HttpRoom(context));
        if (connection is null)
        {
            return DeviceProblems.Of(outcome);
        }

        try
        {
            using var socket = new FrameSocket(await AcceptAsync(context, settings.Links), settings.Links);
            var transport = new WebSocketTransport(socket, connection, protocol, context.IsWarmUp() ? null : meter, clock);
            if (protocol.IsStopping)
            {
                transport.Greet();
            }

            protocol.Carry(connection, transport);
            greetings.Add(transport);
            await ReadAsync(socket, transport, clock, context.RequestAborted);
        }
        finally
        {
            await protocol.DisconnectAsync(connection);
        }

        return TypedResults.Empty;
    }

    private static Task<WebSocket> AcceptAsync(HttpContext context, DeviceConnectionSettings settings) =>
        context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            // Many clients give up when none of those that they offered comes back, also beside a token in a header.
            SubProtocol = Echoed(context.WebSockets.WebSocketRequestedProtocols),
            KeepAliveInterval = settings.Ping,
            KeepAliveTimeout = settings.Patience,
        });

    private static async Task ReadAsync(FrameSocket socket, WebSocketTransport transport, TimeProvider clock, CancellationToken aborted)
    {
        try
        {
            await socket.ReadAsync(transport.TakeAsync);
        }
        catch (WebSocketException broken) when (broken.WebSocketErrorCode == WebSocketError.Faulted)
        {
            // No UTF-8, or no frame at all: the socket has said so (1007, 1002). A connection that is given up at once is reset, and takes
            // that word along.
            await Task.Delay(LastWord, clock, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The device is gone, or does not answer.
        }
        catch (Exception)
        {
            await socket.CloseAsync(CloseCodes.Of(ReasonCode.Fault));
            throw;
        }
    }

    /// <summary>
    /// The first one, when it is a word that may stand in a header: another would break the answer, after the twin has opened its link.
    /// </summary>
    private static string? Echoed(IList<string> offered) =>
        offered is [{ Length: > 0 } first, ..] && !first.AsSpan().ContainsAnyExcept(WordCharacters) ? first : null;

    private sealed class HttpRoom(HttpContext context) : IConnectionRoom
    {
        public bool MayHold(string customerId)
        {
            context.Vouch(customerId);
            return context.MayHold(customerId);
        }

        public bool Hold(string customerId) => context.Hold(customerId, drains: true);
    }
}
