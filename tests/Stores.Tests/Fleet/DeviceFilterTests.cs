using Rollcall.Devices;
using Rollcall.Support.DeviceFilters;

namespace Rollcall.Fleet;

/// <summary>A store chooses the devices that the table of filters says, whole as for a watch, and by pages as for a list.</summary>
public abstract class DeviceFilterTests
{
    private static readonly DeviceFilterTable Table = DeviceFilterTable.Instance;

    private protected abstract Task<TestStore> Open();

    [Theory]
    [InlineData(DeviceFilter.MostIds)]
    [InlineData(3)]
    public async Task A_page_has_what_the_table_says(int limit)
    {
        await using var store = await Open();
        Assert.All(await store.Make([.. Table.Devices.Select(Row), TestStore.New("lamp-9", "another")]), Assert.True);
        await DeviceFilterTable.CheckAsync(Table.Cases, async one =>
        {
            var (chosen, after, more) = (new List<string>(), (string?)null, true);
            while (more)
            {
                (var page, more, var counts) = await store.Roster.ListAsync("acme", one.ToFilter(), after, limit, CancellationToken.None);
                Assert.Equal(Table.Devices.Length, counts.Total);
                Assert.InRange(page.Count, more ? limit : 0, limit);
                chosen.AddRange(page.Select(row => row.DeviceId));
                after = chosen.LastOrDefault();
            }

            return [.. chosen];
        });
    }

    private static DeviceRow Row(TableDevice one)
    {
        var row = TestStore.New(one.Id, name: one.Name);
        var presence = row.Presence with { Status = WireNames.Parse<DeviceStatus>(one.Status), Health = one.HealthValue() };
        return row with { Presence = one.Seen ? presence with { LastSeen = TestStore.Noon, Seq = 1 } : presence };
    }
}
