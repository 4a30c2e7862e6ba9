using StackExchange.Redis;

namespace Rollcall.Redis;

/// <summary>The one connection of this process for hints. Opened at the first use, and reopened by itself after a loss.</summary>
internal sealed class RedisConnection(RedisAddress address) : IDisposable
{
    private readonly Lazy<Task<IConnectionMultiplexer>> _connection =
        new(async () => await ConnectionMultiplexer.ConnectAsync(RedisOptions.ForHints(address)));

    public async Task<IDatabase> DatabaseAsync() => (await _connection.Value).GetDatabase();

    public async Task<IServer> ServerAsync() => (await _connection.Value).GetServers()[0];

    public void Dispose()
    {
        if (_connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            _connection.Value.Result.Dispose();
        }
    }
}
