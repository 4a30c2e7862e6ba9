using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Rollcall.Postgres;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>
/// The grain storage for rare writes: our own in the embedded mode, over its one writer; in a cluster Orleans' ADO.NET provider, with our own
/// SQL.
/// </summary>
internal static class GrainStorageHosting
{
    /// <summary>States as System.Text.Json writes them: the default names types by assembly, and a renamed one could not be read.</summary>
    public static readonly IGrainStorageSerializer Serializer =
        new SystemTextJsonGrainStorageSerializer(Options.Create(new SystemTextJsonGrainStorageSerializerOptions()));

    /// <summary>Over the <see cref="SqliteWriter"/> and the <see cref="SqliteReaders"/> of the services.</summary>
    public static IServiceCollection AddGrainStorageInSqlite(this IServiceCollection services) =>
        services.AddGrainStorage(GrainStorageNames.Storage, (provider, _) => new SqliteGrainStorage(
            provider.GetRequiredService<SqliteWriter>(), provider.GetRequiredService<SqliteReaders>(), Serializer));

    public static IServiceCollection AddGrainStorageInPostgres(this IServiceCollection services, PostgresDatabase database) =>
        services.AddAdoNetGrainStorage(GrainStorageNames.Storage, options =>
        {
            (options.Invariant, options.DataSource) = ("Npgsql", database.DataSource);
            options.GrainStorageSerializer = Serializer;
            options.DeleteStateOnClear = true;
        });
}
