using System.Buffers;
using System.Net.WebSockets;
using Rollcall.Admission;
using Rollcall.Auth;
using Rollcall.Connections;
using Rollcall.Devices;
using Rollcall.Measuring;
using Rollcall.Problems;
using Rollcall.Warming;

namespace Rollcall.Links;

/// <summary>A device's live line.</summary>
internal static class LinkEndpoint
{
    /// <summary>Only here is a request prepared to become a socket; a beat over REST pays nothing for it.</summary>
    public const string Path = "/api/v1/device/ws";

    /// <summary>Seconds until a device may ask again when its customer holds the most connections: others may have gone by then.</summary>
    private const int WithoutRoom = 30;

    /// <summary>For a close that the library sent to be read.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(1);

    /// <summary>Of a token of HTTP.</summary>
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");

    public static IServiceCollection AddLinks(this IServiceCollection services) =>
        services.AddSingleton<LinkBook>().AddHostedService(provider => provider.GetRequiredService<LinkBook>())
            .AddSingleton<Greetings>().AddHostedService(provider => provider.GetRequiredService<Greetings>());

    /// <summary>
    /// What is no complete upgrade is said to be none before anybody asks for a token: one that came as a subprotocol would not be
    /// found, and a device whose proxy drops two headers would throw a good session away.
    /// </summary>
    public static void UseLinks(this IApplicationBuilder app) => app.UseWhen(context => context.Request.Path.StartsWithSegments(Path), links =>
    {
        links.UseWebSockets();
        links.Use((context, next) => IsNoUpgrade(context) ? AskForUpgradeAsync(context) : next(context));
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

    public static void MapLinks(this IEndpointRouteBuilder device) => device
        .MapGet("/ws", OpenAsync)
        .RequireAuthorization(Policies.Device)
        .Produces(StatusCodes.Status101SwitchingProtocols)
        .Refuses(401, 403, 426, 503)
        .WithSummary("Open the device's WebSocket: beats, pings and commands as JSON text frames. The newest socket wins.");

    private static async Task<IResult> OpenAsync(
        HttpContext context, DeviceCaller caller, IGrainFactory grains, LinkBook book, Incarnation gateway, GatewayMeter meter,
        AdmissionControl admission, IdleTimes idle, TimeProvider clock)
    {
        if (!book.TryEnter())
        {
            return Problem.Unavailable();
        }

        try
        {
            var link = new Link($"{gateway.Id}/{Guid.NewGuid():N}", caller.Session, gateway.Id, book.Reference);
            var twin = grains.GetDevice(caller.DeviceId);

            // Before the twin is told: its former socket, if there is one, would be closed for nothing.
            context.Vouch(caller.CustomerId);
            if (!context.MayHold(caller.CustomerId))
            {
                return Problem.Busy(WithoutRoom);
            }

            // Before the upgrade: a refusal is an answer with a status, as for every other call.
            ConnectReply reply;
            using (var place = await admission.EnterAsync(caller.DeviceId))
            {
                if (place.Refused is { } busy)
                {
                    return busy;
                }

                reply = await ConnectAsync(twin, link, book);
                place.Served(reply.Refusal);
            }

            if (reply.Refusal != Refusal.None)
            {
                return Problem.Of(reply.Refusal);
            }

            idle.Learn(reply.HeartbeatInterval);

            if (!context.Hold(caller.CustomerId, drains: true))
            {
                await LeaveAsync(twin, link, book);
                return Problem.Busy(WithoutRoom);
            }

            try
            {
                await ConverseAsync(context, link, caller, twin, reply, book, meter, admission, clock);
            }
            finally
            {
                await LeaveAsync(twin, link, book);
            }

            return TypedResults.Empty;
        }
        finally
        {
            book.Leave();
        }
    }

    private static async Task ConverseAsync(
        HttpContext context, Link link, DeviceCaller caller, IDeviceGrain twin, ConnectReply reply, LinkBook book, GatewayMeter meter,
        AdmissionControl admission, TimeProvider clock)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            // Many clients give up when none of those that they offered comes back, also beside a token in a header.
            SubProtocol = Echoed(context.WebSockets.WebSocketRequestedProtocols),
            KeepAliveInterval = book.Settings.Ping,
            KeepAliveTimeout = book.Settings.Patience,
        });
        using var line = new DeviceLink(socket, link, caller, TimeSpan.FromMilliseconds(reply.HeartbeatTimeout), book.Settings, clock);
        var conversation = new Conversation(line, reply, twin, admission, context.IsWarmUp() ? null : meter, clock);
        book.Add(conversation);
        try
        {
            if (book.IsStopping)
            {
                conversation.Greet();
                line.Close(CloseCode.Stopping, "this gateway stops");
            }

            await line.ReadAsync(conversation.TakeAsync);
        }
        catch (WebSocketException broken) when (broken.WebSocketErrorCode == WebSocketError.Faulted)
        {
            // No UTF-8, or no frame at all: the socket has said so (1007, 1002). A connection that is given up at once is reset, and takes
            // that word along.
            await Task.Delay(LastWord, clock, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The device is gone, or does not answer.
        }
        catch (Exception)
        {
            await line.CloseAsync(CloseCode.Fault, "a fault of ours");
            throw;
        }
        finally
        {
            book.Remove(conversation);
        }
    }

    /// <summary>
    /// The first one, when it is a word that may stand in a header: another would break the answer, after the twin has opened its link.
    /// </summary>
    private static string? Echoed(IList<string> offered) =>
        offered is [{ Length: > 0 } first, ..] && !first.AsSpan().ContainsAnyExcept(WordCharacters) ? first : null;

    private static async Task<ConnectReply> ConnectAsync(IDeviceGrain twin, Link link, LinkBook book)
    {
        try
        {
            return await TwinCalls.Patiently(() => twin.Connect(link), reply => reply.Refusal);
        }
        catch (Exception)
        {
            // The twin may have heard it all the same, and would take a socket for open that never was.
            await LeaveAsync(twin, link, book);
            throw;
        }
    }

    /// <summary>A gateway that stops says so itself: what it closes is no device's loss.</summary>
    private static async Task LeaveAsync(IDeviceGrain twin, Link link, LinkBook book)
    {
        if (book.IsStopping)
        {
            return;
        }

        try
        {
            await TwinCalls.Patiently(async () =>
            {
                await twin.Disconnect(link.LinkId);
                return true;
            });
        }
        catch (Exception lost) when (lost is TimeoutException or Orleans.Runtime.OrleansException)
        {
            // Its silence will tell.
        }
    }
}
