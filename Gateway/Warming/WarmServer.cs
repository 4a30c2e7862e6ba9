using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Rollcall.Warming;

/// <summary>The server, which listens when the path of a beat is warm. It starts when all that it serves with has been built.</summary>
internal sealed class WarmServer(IServer server, PathWarmUp warmUp) : IServer
{
    public IFeatureCollection Features => server.Features;

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        await warmUp.BeforeServingAsync(cancellationToken);
        await server.StartAsync(application, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}
