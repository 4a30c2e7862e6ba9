using Rollcall.Devices;
using Rollcall.Support.DeviceFilters;

namespace Rollcall.Fleet;

public sealed class DeviceFilterTests
{
    private static readonly DeviceFilterTable Table = DeviceFilterTable.Instance;

    [Fact]
    public Task Matches_what_the_table_says() => DeviceFilterTable.CheckAsync(Table.Cases, one =>
    {
        var filter = one.ToFilter();
        return Task.FromResult(Table.Devices.Where(device => filter.Matches(device.ToDevice())).Select(device => device.Id).ToArray());
    });

    [Fact]
    public void A_filter_that_matches_none_says_so_where_that_is_plain() =>
        Assert.All(Table.Cases, one => Assert.Equal(one.Statuses is [] || one.DeviceIds is [], one.ToFilter().MatchesNone));

    /// <summary>So a store that does not know one fails in its own test of the table.</summary>
    [Fact]
    public void Every_kind_of_condition_is_in_the_table() => Assert.Equal(
        typeof(DeviceCondition).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DeviceCondition)) && !type.IsAbstract).ToHashSet(),
        Table.Cases.SelectMany(one => one.ToFilter().Conditions).Select(condition => condition.GetType()).ToHashSet());

    [Fact]
    public void What_cannot_be_searched_for_is_told_apart()
    {
        Assert.All(Table.Refused, text => Assert.False(SearchText.IsValid(text)));
        Assert.All(Table.Cases, one => Assert.True(SearchText.IsValid(one.Q)));
        Assert.True(SearchText.IsValid(new string('q', 200)));
    }

    [Fact]
    public void Filters_are_equal_when_they_choose_the_same()
    {
        Assert.Equal(Of(["a", "b"], "K"), Of(["b", "a", "b"], "\u212a"));
        Assert.Equal(Of(["a", "b"], "K").GetHashCode(), Of(["b", "a", "b"], "\u212a").GetHashCode());
        Assert.Equal(DeviceFilter.Of(search: ""), DeviceFilter.Of());
        Assert.NotEqual(Of(["a"], "x"), Of(["a"], "y"));
        Assert.NotEqual(Of(["a"], "x"), Of(["b"], "x"));
        Assert.NotEqual(Of([], null), Of(null, null));
        Assert.NotEqual(DeviceFilter.Of([DeviceStatus.Online]), DeviceFilter.Of([DeviceStatus.Offline]));

        static DeviceFilter Of(string[]? ids, string? search) => DeviceFilter.Of([DeviceStatus.Online], deviceIds: ids, search: search);
    }
}
