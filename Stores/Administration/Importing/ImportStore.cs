using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Administration.Customers;
using Rollcall.Journal;
using Rollcall.Migrations;
using Rollcall.Sqlite;

namespace Rollcall.Administration.Importing;

/// <summary>The store that an import writes to: DATABASE_URL's, beside its cluster or without; else DATA_DIR's, which is locked meanwhile.</summary>
public sealed class ImportStore : IAsyncDisposable
{
    private readonly ServiceProvider? _services;
    private readonly IDisposable? _held;

    internal ImportStore(IDeviceStore devices, IReadOnlyList<string> customers, ServiceProvider? services = null, IDisposable? held = null) =>
        (Devices, Customers, _services, _held) = (devices, customers, services, held);

    /// <summary>By id.</summary>
    public IReadOnlyList<string> Customers { get; }

    internal IDeviceStore Devices { get; }

    /// <exception cref="SettingException">A setting is wrong, the store cannot be used, or another process has DATA_DIR.</exception>
    public static ImportStore Open(IConfiguration configuration, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock).AddLogging();
        if (configuration.Text("DATABASE_URL") is not null)
        {
            StoreHosting.RequireMigrated(configuration);
            using var customers = CustomerRepository.Open(configuration, clock);
            var names = Names(customers);
            services.AddClusterStores(configuration);
            return Of(services.BuildServiceProvider(), names, null);
        }

        var directory = DataDirectory.Open(DataDirectory.Resolve(configuration.Text("DATA_DIR")));
        try
        {
            using (var migrator = Migrator.ForSqlite(directory.Database))
            {
                migrator.RequireUpToDate("DATA_DIR");
            }

            services.AddEmbeddedStores(directory);
            return Of(services.BuildServiceProvider(), Names(CustomerRepository.Of(directory, clock)), directory);
        }
        catch (Exception)
        {
            directory.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_services?.DisposeAsync() ?? ValueTask.CompletedTask);
        _held?.Dispose();
    }

    private static ImportStore Of(ServiceProvider services, IReadOnlyList<string> customers, IDisposable? held) =>
        new(services.GetRequiredService<IDeviceStore>(), customers, services, held);

    private static IReadOnlyList<string> Names(CustomerRepository customers) => [.. customers.List().Select(customer => customer.CustomerId)];
}
