using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Rollcall.Auth;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

/// <summary>
/// <c>token</c>, which was <c>portal-token</c> and still is: prints a token for a portal or a script, signed with this installation's key.
/// </summary>
internal static class TokenCommand
{
    public static Command Create(IConfiguration configuration)
    {
        var customer = new Option<string>("--customer") { Description = "Whose fleet.", DefaultValueFactory = _ => "demo" };
        var role = new Option<string>("--role") { Description = "viewer, operator or owner.", DefaultValueFactory = _ => "viewer" };
        var days = new Option<int>("--days") { Description = "How long it is good.", DefaultValueFactory = _ => 1 };
        var link = new Option<string?>("--link")
        {
            Description =
                "Print a link to the portal at this address, such as http://localhost:3001, instead of the token alone; without one at PUBLIC_URL.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("token", "Print a portal token.") { customer, role, days, link };
        command.Aliases.Add("portal-token");
        command.SetAction(parsed =>
        {
            var token = Issue(configuration, parsed.GetValue(customer)!, parsed.GetValue(role)!, parsed.GetValue(days));
            Console.WriteLine(parsed.GetResult(link) is null ? token : Link(configuration, parsed.GetValue(link), token));
        });
        return command;
    }

    private static string Link(IConfiguration configuration, string? address, string token)
    {
        if (address is null)
        {
            var url = new PublicUrl(configuration);
            return url.IsSet ? $"{url.Or("")}/#token={token}" : throw new SettingException("--link", "needs an address, or PUBLIC_URL.");
        }

        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? $"{uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/#token={token}"
            : throw new SettingException("--link", $"must be an address such as http://localhost:3001, not '{address}'.");
    }

    private static string Issue(IConfiguration configuration, string customer, string role, int days)
    {
        if (!Ids.IsValid(customer))
        {
            throw new SettingException("--customer", $"must be {Ids.Rule}.");
        }

        if (!WireNames.TryParse<PortalRole>(role, out var known))
        {
            throw new SettingException("--role", $"must be viewer, operator or owner, not '{role}'.");
        }

        if (days is < 1 or > 3_650)
        {
            throw new SettingException("--days", "must be 1 to 3650.");
        }

        var settings = new PortalTokenSettings(configuration);
        if (settings.Authority is not null)
        {
            throw new SettingException("PORTAL_JWT_AUTHORITY", "is set: that authority makes the tokens, not this command.");
        }

        var keys = SigningKeys.OfPortals(settings, Data(configuration));
        return new PortalTokens(keys, settings, TimeProvider.System).Issue(customer, known, TimeSpan.FromDays(days));
    }

    /// <summary>Where an installation of one process has its key; null: one of several has it in a setting.</summary>
    private static string? Data(IConfiguration configuration) =>
        configuration.Text("DATABASE_URL") is null && configuration.Text("REDIS_URL") is null
            ? DataDirectory.Resolve(configuration.Text("DATA_DIR"))
            : null;
}
