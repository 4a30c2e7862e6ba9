using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Fleet;

public sealed class FleetRowsTests
{
    [Fact]
    public void Rows_are_sorted_by_id_and_searched_in_id_and_name_in_any_case()
    {
        var rows = new FleetRows(Some.Fleet(Some.Device("pump-2"), Some.Device("x", name: "Big PUMP"), Some.Device("fan")));

        Assert.Equal(["pump-2", "x"], Ids(rows, new FleetFilter("Pump", null)));
    }

    [Fact]
    public void Device_that_turns_leaves_and_enters_the_filter()
    {
        var state = Some.Fleet(Some.Device("a"), Some.Device("b"));
        var rows = new FleetRows(state);
        var offline = new FleetFilter("", "offline");
        Assert.Empty(Ids(rows, offline));

        state.Apply([Some.Device("b", "offline", seq: 2).Bare()]);

        Assert.Equal(["b"], Ids(rows, offline));
    }

    [Fact]
    public void Metrics_alone_leave_the_list_as_it_is()
    {
        var state = Some.Fleet(Some.Device("a"));
        var rows = new FleetRows(state);
        var before = rows.Of(FleetFilter.None);

        state.Apply([Some.Device("a", seen: 5, cpu: 20).Bare()]);

        Assert.Same(before, rows.Of(FleetFilter.None));
    }

    [Theory]
    [InlineData("", null, null, "")]
    [InlineData("a&b", "offline", null, "?q=a%26b&status=offline")]
    [InlineData("", "online", "pump:1", "devices/pump%3A1?status=online")]
    public void Filter_has_an_address(string search, string? status, string? device, string address) =>
        Assert.Equal(address, new FleetFilter(search, status).Address(device));

    [Fact]
    public void Unknown_status_in_the_address_is_no_filter() => Assert.Equal(FleetFilter.None, FleetFilter.From(null, "asleep"));

    private static IEnumerable<string> Ids(FleetRows rows, FleetFilter filter) => rows.Of(filter).Select(entry => entry.Now.DeviceId);
}
