using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Rollcall.Postgres.Connections;
using Rollcall.Postgres.Writing;
using Rollcall.Schema;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>The grain storage for rare writes: over the one writer of the embedded mode, or over the pool of a cluster.</summary>
internal static class GrainStorageHosting
{
    /// <summary>States as System.Text.Json writes them: the default names types by assembly, and a renamed one could not be read.</summary>
    public static readonly IGrainStorageSerializer Serializer =
        new SystemTextJsonGrainStorageSerializer(Options.Create(new SystemTextJsonGrainStorageSerializerOptions()));

    /// <summary>Over the <see cref="SqliteWriter"/> and the <see cref="SqliteReaders"/> of the services.</summary>
    public static IServiceCollection AddGrainStorageInSqlite(this IServiceCollection services) =>
        services.AddGrainStorage(GrainStorageNames.Storage, (provider, _) => new SqliteGrainStorage(
            provider.GetRequiredService<SqliteWriter>(), provider.GetRequiredService<SqliteReaders>(), Serializer, FactTables.Standard));

    /// <summary>Over the <see cref="PostgresPool"/> of the services.</summary>
    public static IServiceCollection AddGrainStorageInPostgres(this IServiceCollection services) =>
        services.AddGrainStorage(GrainStorageNames.Storage, (provider, _) => new PostgresGrainStorage(
            provider.GetRequiredService<PostgresPool>(), Serializer, FactTables.Standard));
}
