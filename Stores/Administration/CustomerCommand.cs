using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Administration.Customers;

namespace Rollcall.Administration;

/// <summary><c>customer add|list</c>: the customers of the store.</summary>
internal static class CustomerCommand
{
    public static Command Create(IConfiguration configuration)
    {
        var name = new Argument<string>("name") { Description = $"The customer's id, {Ids.Rule}." };
        var add = new Command("add", "Add a customer. Their devices are added, or join by a key, in the portal.") { name };
        add.SetAction(parsed => Add(configuration, parsed.GetValue(name)!));
        var list = new Command("list", "List the customers and how many devices each has.");
        list.SetAction(_ => List(configuration));
        return new Command("customer", "The customers. Without DATABASE_URL: of DATA_DIR, while the gateway is stopped.") { add, list };
    }

    private static void Add(IConfiguration configuration, string name)
    {
        if (!Ids.IsValid(name))
        {
            throw new SettingException("name", $"must be {Ids.Rule}.");
        }

        Verbs.RequireStore(configuration);
        using var customers = CustomerRepository.Open(configuration, TimeProvider.System);
        Console.WriteLine(customers.Add(name) ? $"Customer {name} added." : $"Customer {name} already exists.");
        Console.WriteLine($"A token for its portal: dotnet run --project Gateway -- portal-token --customer {name} --role owner --days 1");
    }

    private static void List(IConfiguration configuration)
    {
        Verbs.RequireStore(configuration);
        using var customers = CustomerRepository.Open(configuration, TimeProvider.System);
        foreach (var (customerId, devices) in customers.List())
        {
            Console.WriteLine($"{devices,9}  {customerId}");
        }
    }
}
