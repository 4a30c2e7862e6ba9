using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using Rollcall.Postgres;
using Rollcall.Sqlite;

namespace Rollcall;

/// <summary>The grain storage of what is written rarely: Orleans' ADO.NET provider over the mode's own database, with SQL of ours.</summary>
internal static class RarelyWrittenHosting
{
    /// <summary>States as System.Text.Json writes them: the default names types by assembly, and a renamed one could not be read.</summary>
    public static readonly IGrainStorageSerializer Serializer =
        new SystemTextJsonGrainStorageSerializer(Options.Create(new SystemTextJsonGrainStorageSerializerOptions()));

    public static IServiceCollection AddRarelyWrittenInSqlite(this IServiceCollection services, string file) =>
        // The invariant's name is the provider's for Microsoft.Data.Sqlite.
        services.AddRarelyWritten(options => (options.Invariant, options.ConnectionString) = ("System.Data.SQLite", SqliteConnections.ConnectionString(file)));

    public static IServiceCollection AddRarelyWrittenInPostgres(this IServiceCollection services, PostgresDatabase database) =>
        services.AddRarelyWritten(options => (options.Invariant, options.DataSource) = ("Npgsql", database.DataSource));

    private static IServiceCollection AddRarelyWritten(this IServiceCollection services, Action<AdoNetGrainStorageOptions> place) =>
        services.AddAdoNetGrainStorage(RarelyWritten.Storage, options =>
        {
            place(options);
            options.GrainStorageSerializer = Serializer;
            options.DeleteStateOnClear = true;
        });
}
