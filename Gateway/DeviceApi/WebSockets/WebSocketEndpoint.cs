using System.Buffers;
using System.Net.WebSockets;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.DeviceApi.Rest;
using Rollcall.Http;
using Rollcall.Http.Problems;
using Rollcall.Measuring;
using Rollcall.Warming;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>The endpoint that upgrades a device's request to a WebSocket.</summary>
internal static class WebSocketEndpoint
{
    /// <summary>Only requests of this path are prepared for an upgrade; a heartbeat over REST pays nothing for it.</summary>
    public const string Path = "/api/v1/device/ws";

    /// <summary>Time for the device to read a close that the library sent.</summary>
    private static readonly TimeSpan CloseDelay = TimeSpan.FromSeconds(1);

    /// <summary>Characters of an HTTP token.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");

    /// <summary>
    /// A request that is no complete upgrade is refused before its token is checked: a token in a subprotocol would not be found,
    /// and a device whose proxy drops two headers would discard a valid session.
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
        context.Response.Headers.Connection = "Upgrade, keep-alive"; // With `Upgrade` alone the server would close without announcing it.
        context.Response.Headers.SecWebSocketVersion = "13";
        return Problem.UpgradeRequired().ExecuteAsync(context);
    }

    private static bool IsNoUpgrade(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            && context.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase) && !context.WebSockets.IsWebSocketRequest;

    public static void MapDeviceSocket(this IEndpointRouteBuilder device) => device
        .MapGet("/ws", OpenAsync)
        .RequireAuthorization(Policies.Device)
        .WithSummary("Open the device's WebSocket: beats, pings and commands as JSON text frames. The newest socket wins.");

    private static async Task<Result<SwitchingProtocols, UpgradeRequired>> OpenAsync(
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
            using var socket = new FrameSocket(await AcceptAsync(context, settings.DeviceConnections), settings.DeviceConnections);
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

        return default(SwitchingProtocols);
    }

    private static Task<WebSocket> AcceptAsync(HttpContext context, DeviceConnectionSettings settings) =>
        context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            // Many clients give up when none of those that they offered comes back, also beside a token in a header.
            SubProtocol = Echoed(context.WebSockets.WebSocketRequestedProtocols),
            KeepAliveInterval = settings.Ping,
            KeepAliveTimeout = settings.Timeout,
        });

    private static async Task ReadAsync(FrameSocket socket, WebSocketTransport transport, TimeProvider clock, CancellationToken aborted)
    {
        try
        {
            await socket.ReadAsync(transport.TakeAsync);
        }
        catch (WebSocketException broken) when (broken.WebSocketErrorCode == WebSocketError.Faulted)
        {
            // No UTF-8, or no frame at all: the library has sent 1007 or 1002. A connection that is closed at once is reset, and
            // the close is lost.
            await Task.Delay(CloseDelay, clock, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
    /// The first one, when it is a valid HTTP token: another would break the answer, after the twin has recorded the connection.
    /// </summary>
    private static string? Echoed(IList<string> offered) =>
        offered is [{ Length: > 0 } first, ..] && !first.AsSpan().ContainsAnyExcept(TokenCharacters) ? first : null;

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
