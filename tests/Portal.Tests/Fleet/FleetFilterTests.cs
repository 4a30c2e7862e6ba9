using Rollcall.Portal.Fleet;
using Rollcall.Support.DeviceFilters;

namespace Rollcall.Portal.Tests.Fleet;

/// <summary>The page shows of the whole fleet what the server would choose.</summary>
public sealed class FleetFilterTests
{
    private static readonly DeviceFilterTable Table = DeviceFilterTable.Instance;

    [Fact]
    public Task Page_shows_what_the_table_says() =>
        DeviceFilterTable.CheckAsync(Shown, one => Task.FromResult(Words(one).SelectMany(Choose).Order(StringComparer.Ordinal).ToArray()));

    /// <summary>When the fleet is too large the server filters, and this page once more: nothing that is to be shown may be missing.</summary>
    [Fact]
    public void Server_is_asked_for_no_less_than_is_shown()
    {
        foreach (var filter in Shown.SelectMany(Words))
        {
            var request = filter.ToRequest(10);
            var asked = new FleetFilter(request.Q ?? "", null);
            Assert.Subset(
                Table.Devices.Where(device => (request.Statuses?.Contains(device.Status) ?? true) && asked.Matches(Told(device)))
                    .Select(device => device.Id).ToHashSet(),
                Choose(filter).ToHashSet());
        }
    }

    [Fact]
    public void What_the_server_refuses_is_not_asked_for()
    {
        Assert.Equal(["ab", "", "a", new string('q', 200)], Table.Refused.Select(text => FleetFilter.From(text, null).Search));
        Assert.Equal(new string('q', 199), FleetFilter.From(new string('q', 199) + "🚚", null).Search);
        Assert.Equal("pump", (FleetFilter.From("fan", "online") with { Search = "pump\n" }).ToRequest(1).Q);
    }

    [Fact]
    public void Filter_that_is_changed_searches_for_the_new_text() =>
        Assert.Equal(["ohm"], Choose(new FleetFilter("fan", null) with { Search = "Ω" }));

    /// <summary>Without a health: the page knows only who is degraded now; and without ids.</summary>
    private static IEnumerable<FilterCase> Shown => Table.Cases.Where(one => one is { DeviceIds: null, Statuses: null or [_] }
        && (one.Health is null || one is { Health: "degraded", Statuses: ["online"] }));

    /// <summary>What the server calls offline is for the page offline or never seen.</summary>
    private static FleetFilter[] Words(FilterCase one) => one switch
    {
        { Health: { } health } => [new(one.Q ?? "", health)],
        { Statuses: ["offline"] } => [new(one.Q ?? "", "offline"), new(one.Q ?? "", FleetFilter.NeverSeen)],
        _ => [new(one.Q ?? "", one.Statuses?[0])],
    };

    private static IEnumerable<string> Choose(FleetFilter filter) =>
        Table.Devices.Where(device => filter.Matches(Told(device))).Select(device => device.Id);

    private static Device Told(TableDevice one) => Some.Device(one.Id, one.Status, one.Seen ? 1 : 0, name: one.Name) with
    {
        Health = one.Health, LastSeen = one.Seen ? Some.Noon : null,
    };
}
