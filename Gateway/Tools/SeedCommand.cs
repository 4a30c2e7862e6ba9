using System.CommandLine;
using System.Security.Cryptography;
using System.Buffers.Text;
using Rollcall.Demo;

namespace Rollcall.Tools;

/// <summary><c>seed</c>: adds many devices with secrets, for a try or a load. The gateway must not be running on DATA_DIR.</summary>
internal static class SeedCommand
{
    public static Command Create()
    {
        var devices = new Option<int>("--devices") { Description = "How many.", Required = true };
        var customer = new Option<string>("--customer") { Description = "Whose.", DefaultValueFactory = _ => DemoFleet.Customer };
        var prefix = new Option<string>("--prefix") { Description = "What their ids begin with.", DefaultValueFactory = _ => "device-" };
        var command = new Command("seed", "Add devices PREFIX00001, PREFIX00002 ... with secrets.") { devices, customer, prefix };
        command.SetAction(async (parsed, _) => await Seed(parsed.GetValue(devices), parsed.GetValue(customer)!, parsed.GetValue(prefix)!));
        return command;
    }

    private static async Task Seed(int count, string customer, string prefix)
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

        var configuration = GatewayApp.ReadEnvironment();
        var file = CredentialsFile.In(EmbeddedSilo.DataPath(configuration), $"seeded-{customer}-{prefix.TrimEnd('-')}.jsonl");
        var credentials = file.Ensure(prefix, count, () => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        var added = await EmbeddedSilo.SeedAsync(configuration, customer, credentials);
        Console.WriteLine($"{added} devices added to customer {customer}, {count - added} were there. Their secrets: {file.Path}");
        Console.WriteLine("Run them, once the gateway runs:");
        Console.WriteLine($"  {Gateway(configuration)}dotnet run --project DeviceAgent -- fleet --count {count} --credentials \"{file.Path}\"");
    }

    /// <summary>Where the agent finds the gateway, if not where it looks by itself.</summary>
    private static string Gateway(IConfiguration configuration)
    {
        var settings = new GatewaySettings(configuration);
        return settings.Port is 0 || settings.Address(settings.Port) is "http://localhost:3001" ? "" : $"API_URL={settings.Address(settings.Port)} ";
    }
}
