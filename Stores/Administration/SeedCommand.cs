using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

/// <summary><c>seed</c>: adds many devices with secrets, for a try or a load. The gateway must not be running on DATA_DIR.</summary>
internal static class SeedCommand
{
    private const string Customer = "demo";

    public static Command Create(IConfiguration configuration)
    {
        var devices = new Option<int>("--devices") { Description = "How many.", Required = true };
        var customer = new Option<string>("--customer") { Description = "Whose.", DefaultValueFactory = _ => Customer };
        var prefix = new Option<string>("--prefix") { Description = "What their ids begin with.", DefaultValueFactory = _ => "device-" };
        var command = new Command("seed", "Add devices PREFIX00001, PREFIX00002 ... with secrets.") { devices, customer, prefix };
        command.SetAction((parsed, stop) =>
            SeedAsync(configuration, parsed.GetValue(devices), parsed.GetValue(customer)!, parsed.GetValue(prefix)!, stop));
        return command;
    }

    private static async Task SeedAsync(IConfiguration configuration, int count, string customer, string prefix, CancellationToken stop)
    {
        if (count is < 1 or > 1_000_000)
        {
            throw new SettingException("--devices", "must be 1 to 1000000.");
        }

        if (!Ids.IsValid(customer))
        {
            throw new SettingException("--customer", $"must be {Ids.Rule}.");
        }

        if (!Ids.IsValid(prefix + "00001") || prefix.Length > 90)
        {
            throw new SettingException("--prefix", $"must begin an id: {Ids.Rule}.");
        }

        StoreHosting.RequireEmbedded(configuration);
        var gateway = Gateway(new GatewayAddress(configuration));
        using var directory = DataDirectory.Open(DataDirectory.Resolve(configuration.Text("DATA_DIR")));
        using var seed = new DeviceSeed(directory, TimeProvider.System);
        seed.Migrate();
        var file = CredentialsFile.In(directory.Path, $"seeded-{customer}-{prefix.TrimEnd('-')}.jsonl");
        var credentials = file.Ensure(prefix, count, DeviceSeed.NewSecret);
        var added = await seed.AddAsync(customer, [.. credentials.Select(device => (device.DeviceId, device.DeviceSecret))], stop);
        Console.WriteLine($"{added} devices added to customer {customer}, {count - added} already existed. Their secrets: {file.Path}");
        Console.WriteLine("Run them, once the gateway runs:");
        Console.WriteLine($"  {gateway}dotnet run --project DeviceAgent -- fleet --count {count} --credentials \"{file.Path}\"");
    }

    /// <summary>Where the agent finds the gateway, if not where it looks by itself.</summary>
    private static string Gateway(GatewayAddress address) =>
        address.Port is 0 || address.At(address.Port) is "http://localhost:3001" ? "" : $"API_URL={address.At(address.Port)} ";
}
