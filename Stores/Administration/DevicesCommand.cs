using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Administration.Customers;
using Rollcall.Administration.Importing;
using Rollcall.Cluster;
using Rollcall.Devices;

namespace Rollcall.Administration;

/// <summary><c>devices import</c>: devices of another system, with their secrets.</summary>
internal static class DevicesCommand
{
    public static Command Create(IConfiguration configuration)
    {
        var file =
            new Argument<string>("file") { Description = "CSV with a header line, or JSON lines (.jsonl): id, name, location, and secret or hash." };
        var customer =
            new Option<string?>("--customer") { Description = "Whose they are; default: BOOTSTRAP_CUSTOMER, or the only customer there is." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only look: what is new, equal, other or wrong, and how long it takes." };
        var update = new Option<bool>("--update") {
            Description = "Change devices that differ from the file; else they are refused. Another secret ends a device's sessions." };
        var skip = new Option<bool>("--skip-errors") { Description = "Import the good rows also when others are wrong; else nothing is written." };
        var import = new Command("import",
            "Bring devices of another system along, with their secrets or its hashes of them. Begun again it goes on: what is there and equal stays.")
        {
            file, customer, dryRun, update, skip,
        };
        import.SetAction((parsed, stop) => ImportAsync(
            configuration, parsed.GetValue(file)!, parsed.GetValue(customer),
            new ImportWishes(parsed.GetValue(dryRun), parsed.GetValue(update), parsed.GetValue(skip)), stop));
        return new Command("devices", "The devices. Without DATABASE_URL: of DATA_DIR, while the gateway is stopped.") { import };
    }

    private static async Task<int> ImportAsync(IConfiguration configuration, string path, string? named, ImportWishes wishes, CancellationToken stop)
    {
        var file = ImportFile.Open(path);
        var twins = TwinSettingsReader.Read(configuration);
        await using var store = ImportStore.Open(configuration, TimeProvider.System);
        var customer = CustomerOf(store.Customers, named, new Bootstrap(configuration).Customer);
        var database = configuration.Text("DATABASE_URL") is not null;
        await using var cluster = database ? await ServingCluster.FindAsync(configuration) : null;
        if (database && cluster is null)
        {
            Console.WriteLine("No silo answers: the database alone is written. Silos that start find the devices there.");
        }

        var import = new DeviceImport(store, cluster, customer, wishes.Update, TimeProvider.System)
        {
            LeastTimeout = database ? (int)GatewayLease.LeastTimeout.TotalMilliseconds : HeartbeatBounds.LeastTimeout,
        };
        var code = await new ImportRun(file, import, wishes, twins.Secrets, Console.Out, TimeProvider.System).RunAsync(customer, stop);
        if (cluster is { HasUntold: true })
        {
            Console.WriteLine("Some open portals could not be told: they see the new devices when they are loaded again.");
        }

        return code;
    }

    private static string CustomerOf(IReadOnlyList<string> customers, string? named, string? bootstrap)
    {
        var customer =
            named ?? (bootstrap is not null && customers.Contains(bootstrap) ? bootstrap : null) ?? (customers is [var only] ? only : null);
        return customer is null ? throw new SettingException("--customer", customers.Count == 0
                ? "cannot be guessed, as there is no customer yet: `customer add NAME` first."
                : $"must name one of {string.Join(", ", customers.Take(10))}{(customers.Count > 10 ? ", ..." : "")}.")
            : customers.Contains(customer) ? customer
            : throw new SettingException("--customer", $"names {customer}, who is not there: `customer add {customer}` first.");
    }
}
