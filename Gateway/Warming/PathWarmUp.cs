using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Rollcall.Auth;
using Rollcall.Devices;
using Rollcall.Proxies;

namespace Rollcall.Warming;

/// <summary>
/// Runs the whole path of a beat once before anybody may call: a server like the real one on a connection of memory, all that a request
/// passes here, the call of a twin, its store, and back. The first call of each is compiled and connected then, and not while a device
/// waits that gives up after a second. The device that beats is nobody's (<see cref="WarmUp"/>), and no meter, log or book sees it.
/// </summary>
internal sealed partial class PathWarmUp(
    DeviceTokens tokens, IGrainFactory grains, IHttpContextFactory contexts, IServiceProvider services, SiloContact silos, TimeProvider clock,
    ILogger<PathWarmUp> log)
{
    /// <summary>By this it is known where it matters that nobody calls.</summary>
    public const string ConnectionId = "warm-up";

    /// <summary>For silos to answer, before the port is opened without them: who starts with none is to say so.</summary>
    private static readonly TimeSpan SilosTimeout = TimeSpan.FromSeconds(2);

    /// <summary>For the path itself. What is not warm by then is as good as it gets.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int TokenSeconds = 60;
    private volatile bool _isOver;

    /// <summary>The path is warm, or has had its time.</summary>
    public bool IsOver => _isOver;

    /// <summary>It was answered as a device is, over REST and over a socket. Not so by a silo of before there was this.</summary>
    public bool IsServed { get; private set; }

    /// <summary>What serves a request, from the first thing of ours on.</summary>
    public RequestDelegate? Serve { get; set; }

    /// <summary>Returns when the port may open: the path is warm, or there are no silos. Then it is warmed once there are.</summary>
    public async Task BeforeServingAsync(CancellationToken stop)
    {
        var warming = WarmAsync(stop);
        if (await silos.FirstAsync(SilosTimeout, stop))
        {
            await warming;
        }
    }

    private async Task WarmAsync(CancellationToken stop)
    {
        try
        {
            await silos.Reached.WaitAsync(stop);
            using var time = new CancellationTokenSource(Timeout, clock);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop, time.Token);
            await Task.Run(() => PlayAsync(timeout.Token), stop).WaitAsync(timeout.Token);
        }
        catch (Exception failed)
        {
            // Cold as before; no reason not to serve.
            LogFailed(failed.GetType().Name);
        }

        _isOver = true;
    }

    private async Task PlayAsync(CancellationToken stop)
    {
        var (listener, device) = (new InMemoryListener(), WarmUp.NewDeviceId());
        using var server = new KestrelServer(Microsoft.Extensions.Options.Options.Create(Options()), listener, NullLoggerFactory.Instance);
        await server.StartAsync(new Application(contexts, Serve!), stop);
        var caller = new WarmUpCaller(listener.Connect(ConnectionId), tokens.Issue(device, WarmUp.CustomerId, WarmUp.Session, TokenSeconds));
        try
        {
            int status;
            while ((status = await caller.BeatAsync(stop)) == StatusCodes.Status503ServiceUnavailable)
            {
                // The first silo of a cluster, in the middle of its start.
                await Task.Delay(Pause, clock, stop);
            }

            await caller.BeatAsync(stop);
            await caller.SignInAsync(stop);
            if (await caller.OpenSocketAsync(stop))
            {
                await caller.BeatOverSocketAsync(stop);
                IsServed = status == StatusCodes.Status200OK;
            }
        }
        finally
        {
            await caller.HangUpAsync();
            await server.StopAsync(stop);
            await grains.GetDevice(device).Delete(WarmUp.CustomerId);
        }
    }

    private KestrelServerOptions Options()
    {
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.ConfigureEndpointDefaults(LengthlessPost.Accept);
        options.Listen(System.Net.IPAddress.Loopback, 0);
        return options;
    }

    [LoggerMessage(LogLevel.Debug, "The warm-up was broken off: {Fault}")]
    private partial void LogFailed(string fault);

    /// <summary>Without the host's own around it, which counts, traces and logs requests.</summary>
    private sealed class Application(IHttpContextFactory contexts, RequestDelegate serve) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => contexts.Create(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => serve(context);

        public void DisposeContext(HttpContext context, Exception? exception) => contexts.Dispose(context);
    }
}
