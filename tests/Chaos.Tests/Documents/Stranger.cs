using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rollcall.Documents;

/// <summary>What else may answer at the gateway's address: a captive portal, a proxy with a page of its own. 200 or 502, never JSON.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private Stranger(WebApplication app) => _app = app;

    /// <summary>Requests so far.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<Stranger> AtAsync(Uri address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        var stranger = new Stranger(builder.Build());
        stranger._app.Run(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref stranger._asked) % 2 == 0 ? 200 : 502;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>Sign in to the network of this hotel</html>");
        });
        await stranger._app.StartAsync();
        return stranger;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
