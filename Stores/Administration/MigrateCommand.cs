using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Administration.Customers;
using Rollcall.Migrations;

namespace Rollcall.Administration;

/// <summary><c>migrate up|down|status</c>: the store's tables, step by step and back; of DATABASE_URL, else of the embedded file.</summary>
internal static class MigrateCommand
{
    public static Command Create(IConfiguration configuration)
    {
        var up = new Command("up", "Apply every missing step, and make BOOTSTRAP_CUSTOMER and BOOTSTRAP_ENROLMENT_KEY where they are absent.");
        up.SetAction(_ =>
        {
            var bootstrap = new Bootstrap(configuration);
            var code = Move(configuration, migrator => migrator.Up());
            if (code == 0)
            {
                Ensure(configuration, bootstrap);
            }

            return code;
        });

        var to =
            new Option<long?>("--to") { Description = "The step that shall be the last one applied; default: one step back. 0 removes every table." };
        var down = new Command("down", "Take steps back. What a step stored is gone with it: stop the programs and copy the store first.") { to };
        down.SetAction(parsed => Move(configuration, migrator => migrator.Down(parsed.GetValue(to) ?? OneBack(migrator))));

        var status = new Command("status", "Show the steps and which are applied.");
        status.SetAction(_ =>
        {
            Verbs.RequireStore(configuration);
            Show(configuration);
        });
        return new Command("migrate", "The store's tables, by numbered steps with a way back.") { up, down, status };
    }

    private static void Ensure(IConfiguration configuration, Bootstrap bootstrap)
    {
        using var customers = CustomerRepository.Open(configuration, TimeProvider.System);
        foreach (var made in customers.Ensure(bootstrap))
        {
            Console.WriteLine($"made     {made}");
        }
    }

    /// <returns>The exit code: 2 when a newer version has migrated the store.</returns>
    private static int Move(IConfiguration configuration, Action<Migrator> work)
    {
        Verbs.RequireStore(configuration);
        try
        {
            using var tables = StoreTables.Open(configuration);
            work(tables.Migrator);
        }
        catch (StoreTooNewException newer)
        {
            Console.Error.WriteLine(newer.Message);
            return 2;
        }

        Show(configuration);
        return 0;
    }

    /// <summary>Reads again (a migrator remembers what was applied when it was created) and takes no lock: silos and gateways may run.</summary>
    private static void Show(IConfiguration configuration)
    {
        using var tables = StoreTables.Look(configuration);
        if (tables is null)
        {
            Console.WriteLine("There is no store yet.");
            return;
        }

        foreach (var (version, description, applied) in tables.Migrator.Status())
        {
            Console.WriteLine($"{(applied ? "applied" : "missing")}  {version,4}  {description}");
        }
    }

    private static long OneBack(Migrator migrator)
    {
        var applied = migrator.Status().Where(step => step.Applied).Select(step => step.Version).ToArray();
        return applied.Length < 2 ? 0 : applied[^2];
    }
}
