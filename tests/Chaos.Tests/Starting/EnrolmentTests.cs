using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Starting;

/// <summary>From an empty folder to a fleet that nobody has added device by device.</summary>
public sealed class EnrolmentTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Key = "a bootstrap key of this test, long enough";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static readonly string Silo = Programs.Built("Silo");

    [Fact]
    public async Task A_fleet_joins_by_the_bootstrap_key_and_kill_9_forgets_neither_the_key_nor_its_places()
    {
        var place = Install();
        var bootstrap = new Dictionary<string, string> { ["BOOTSTRAP_CUSTOMER"] = "plant", ["BOOTSTRAP_ENROLMENT_KEY"] = Key };
        Assert.Equal(2, (await Tool(place, bootstrap, "migrate", "up")).Count(line => line.StartsWith("made ", StringComparison.Ordinal)));
        Assert.DoesNotContain(await Tool(place, bootstrap, "migrate", "up"), line => line.StartsWith("made ", StringComparison.Ordinal));

        var gateway = await place.StartAsync();
        var token = await TokenAsync(place);
        using var portal = new Portal(place.Address, token);
        var fleet = Fleet(place);
        await portal.AllAreAsync("online", "boiler-", 3, Soon);
        await gateway.Process.KillAsync();
        await place.StartAsync();
        Assert.Equal(3, await PlacesAsync(place, token));

        // They kept their secrets: the second run takes no place.
        Signals.Terminate(fleet.Id);
        Assert.Equal(0, await fleet.ExitCodeAsync(Soon));
        fleet = Fleet(place);
        await portal.AllAreAsync("online", "boiler-", 3, Soon);
        Assert.Equal(3, await PlacesAsync(place, token));
        Assert.DoesNotContain(Key, fleet.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Customers_are_added_and_listed_while_no_gateway_runs()
    {
        var place = Install();
        Assert.StartsWith("DATA_DIR ", Assert.Single((await Ended(place.RunTool(Silo, [], "customer", "list"), 2)).Errors), StringComparison.Ordinal);
        await Tool(place, [], "migrate", "up");
        Assert.Contains("Customer zoo added.", await Tool(place, [], "customer", "add", "zoo"));
        Assert.Contains("Customer zoo already exists.", await Tool(place, [], "customer", "add", "zoo"));
        await Ended(place.RunTool(Silo, [], "customer", "add", "no id"), 2);
        Assert.Equal("0  zoo", Assert.Single(await Tool(place, [], "customer", "list")).Trim());

        await place.StartAsync();
        Assert.StartsWith("DATA_DIR ", Assert.Single((await Ended(place.RunTool(Silo, [], "customer", "list"), 2)).Errors), StringComparison.Ordinal);
    }

    private static Child Fleet(Installation place) => place.RunAgent(
        new Dictionary<string, string> { ["ENROLMENT_KEY"] = Key, ["BACKOFF_MAX"] = "1000" }, "fleet", "--count", "3", "--prefix", "boiler");

    private static async Task<IReadOnlyList<string>> Tool(Installation place, Dictionary<string, string> settings, params string[] arguments) =>
        (await Ended(place.RunTool(Silo, settings, arguments), 0)).Output;

    private static async Task<Child> Ended(Child tool, int expected)
    {
        var code = await tool.ExitCodeAsync(Soon);
        Assert.True(code == expected, $"exit code {code}\n{tool.Said}");
        return tool;
    }

    private static async Task<string> TokenAsync(Installation place) =>
        Assert.Single((await Ended(place.Run("portal-token", "--customer", "plant", "--role", "owner"), 0)).Output);

    private static async Task<int> PlacesAsync(Installation place, string token)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        var list = await http.GetFromJsonAsync<JsonElement>(new Uri(place.Address, "api/v1/customer/enrolment-keys"));
        return Assert.Single(list.GetProperty("enrolmentKeys").EnumerateArray()).GetProperty("devices").GetInt32();
    }
}
