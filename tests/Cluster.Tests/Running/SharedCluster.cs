[assembly: AssemblyFixture(typeof(Rollcall.Running.SharedCluster))]

namespace Rollcall.Running;

/// <summary>One cluster for all tests, started by the first that needs it. Each test leaves it whole.</summary>
public sealed class SharedCluster : IAsyncDisposable
{
    private Cluster? _cluster;

    internal async Task<Cluster> WholeAsync()
    {
        Assert.SkipWhen(Cluster.Missing is not null, Cluster.Missing ?? "");
        _cluster ??= await Cluster.StartAsync();
        await _cluster.StartAllAsync();
        return _cluster;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
