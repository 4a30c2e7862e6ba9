using Npgsql;

namespace Rollcall.Postgres.Connections;

/// <summary>The server, or those of several that are as <c>target_session_attrs</c> wants them. Every session is set when it is opened.</summary>
internal sealed class PostgresHosts : IDisposable, IAsyncDisposable
{
    private readonly NpgsqlDataSource _all;

    private PostgresHosts(NpgsqlDataSource all, NpgsqlDataSource source) => (_all, Source) = (all, source);

    public NpgsqlDataSource Source { get; }

    /// <param name="opened">Called with each new connection.</param>
    public static PostgresHosts Build(NpgsqlConnectionStringBuilder settings, Action<NpgsqlConnection>? opened = null)
    {
        var wanted = PostgresTarget.Of(settings);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);

        // In the connection string, Npgsql rejects it when there is only one host.
        builder.ConnectionStringBuilder.TargetSessionAttributes = null;
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                PostgresSession.Set(connection);
                opened?.Invoke(connection);
            },
            async connection =>
            {
                await PostgresSession.SetAsync(connection);
                opened?.Invoke(connection);
            });
        if (wanted == TargetSessionAttributes.Any && !settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            // Without the cache of hosts that are down, which would delay their return.
            var one = builder.Build();
            return new PostgresHosts(one, one);
        }

        var all = builder.BuildMultiHost();
        return new PostgresHosts(all, all.WithTargetSession(wanted));
    }

    public void Dispose()
    {
        Source.Dispose();
        _all.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _all.DisposeAsync();
    }
}
