using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Journal;

namespace Rollcall.Fleet;

/// <summary>What every store must do.</summary>
public abstract class ListTests
{
    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task Is_by_id_ascending_and_a_customers_own()
    {
        await using var store = await Open();
        foreach (var id in new[] { "b", "a", "C", "_x", "a-1" })
        {
            await store.Create(id);
        }

        await store.Create("foreign", "other");
        Assert.Equal(["C", "_x", "a", "a-1", "b"], (await store.List()).Ids);
        Assert.Equal(["foreign"], (await store.List(customer: "other")).Ids);
        Assert.Equal(5, (await store.List()).Counts.Total);
        Assert.Equal((0, 0L), (await store.List(customer: "nobody") is var none ? (none.Ids.Length, none.Counts.Total) : default));
    }

    [Fact]
    public async Task Filters_by_status_health_and_text_and_counts_all_the_same()
    {
        await using var store = await Open();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        await store.Create("gate");
        lamp = await store.Flip(lamp);
        await store.Flip(door);
        await store.Write(new Change(lamp, lamp.Next(lamp.Presence with { Health = DeviceHealth.Degraded }), []));

        Assert.Equal(["door", "lamp"], (await store.List(status: DeviceStatus.Online)).Ids);
        Assert.Equal(["gate"], (await store.List(status: DeviceStatus.Offline)).Ids);
        Assert.Equal(["lamp"], (await store.List(health: DeviceHealth.Degraded)).Ids);
        Assert.Empty((await store.List(health: DeviceHealth.Healthy)).Ids);
        var both = await store.List("a", DeviceStatus.Online);
        Assert.Equal(["lamp"], both.Ids);
        Assert.Equal((3L, 2L, 1L), (both.Counts.Total, both.Counts.Online, both.Counts.Offline));
    }

    [Fact]
    public async Task What_a_former_program_folded_is_folded_anew_page_by_page_and_nothing_else_is_written()
    {
        await using var store = await Open();
        string[] names = ["Οδός", "plain", "5 µm", "ÅNGSTRÖM"];
        foreach (var (id, name) in Enumerable.Range(0, 10).SelectMany(i => names.Select((name, j) => ($"{i}-{j}", name))))
        {
            await store.Create(id, name: name);
            await store.SetSearch(id, $"{id}\n{name}".ToLowerInvariant());
        }

        var row = await store.Row("3-0");
        Assert.Empty((await store.List("ΟΔΌΣ")).Ids);
        Assert.Equal(20, await FoldAll(7));
        Assert.Equal(10, (await store.List("ΟΔΌΣ")).Ids.Length);
        Assert.Equal(10, (await store.List("5 \u039Cm")).Ids.Length);
        Assert.Equal(row, await store.Row("3-0"));
        Assert.Equal(0, await FoldAll(7));

        // A program of before that is still there gives one another name.
        await store.SetSearch("9-0", "9-0\nς");
        Assert.Equal(1, await FoldAll(100));

        async Task<int> FoldAll(int limit)
        {
            var (next, all, steps) = ((string?)"", 0, 0);
            while (next is { } place)
            {
                (next, var written) = await store.Roster.FoldSearchAsync(place, limit, CancellationToken.None);
                Assert.InRange(written, 0, limit);
                Assert.InRange(++steps, 1, (40 / limit) + 1);
                all += written;
            }

            return all;
        }
    }

    [Fact]
    public async Task A_new_name_is_found_and_the_old_one_is_not()
    {
        await using var store = await Open();
        var row = await store.Create("lamp", name: "Hall");
        await store.Write(new Change(row, row.Next(profile: row.Profile with { Name = "Küche" }), []));
        Assert.Equal(["lamp"], (await store.List("KÜCHE")).Ids);
        Assert.Empty((await store.List("hall")).Ids);
    }

    [Fact]
    public async Task Pages_show_a_device_that_was_there_all_the_time_exactly_once()
    {
        await using var store = await Open();
        var there = Enumerable.Range(0, 100).Select(i => $"lamp-{i * 2:000}").ToArray();
        await store.Make([.. there.Select(id => TestStore.New(id))]);

        var seen = new List<string>();
        var (more, after, coming) = (true, (string?)null, 1);
        while (more)
        {
            (var page, more, _) = await store.List(after: after, limit: 7);
            Assert.InRange(page.Length, 1, 7);
            seen.AddRange(page);
            after = page[^1];

            // Before, amid and behind the cursor others come, one goes and comes back as another row.
            await store.Create($"lamp-{coming:000}");
            await store.Create($"lamp-{200 - coming:000}");
            await store.Flip((await store.Row(after))!);
            coming += 2;
        }

        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(there, seen.Intersect(there));
    }

    [Fact]
    public async Task The_last_page_says_so()
    {
        await using var store = await Open();
        await store.Make([.. Enumerable.Range(0, 4).Select(i => TestStore.New($"lamp-{i}"))]);
        Assert.True((await store.List(limit: 3)).More);
        Assert.False((await store.List(limit: 4)).More);
        Assert.False((await store.List(after: "lamp-1", limit: 2)).More);
        Assert.Empty((await store.List(after: "lamp-3")).Ids);
    }

    [Fact]
    public async Task The_devices_to_wake_are_those_stored_online_in_pages()
    {
        await using var store = await Open();
        for (var i = 0; i < 10; i++)
        {
            var row = await store.Create($"lamp-{i}", i % 4 == 0 ? "acme" : "other");
            _ = i % 2 == 0 ? await store.Flip(row) : row;
        }

        var first = await store.Roster.OnlineAsync("", 3, CancellationToken.None);
        Assert.Equal(["lamp-0", "lamp-2", "lamp-4"], first);
        Assert.Equal(["lamp-6", "lamp-8"], await store.Roster.OnlineAsync(first[^1], 3, CancellationToken.None));
    }

    [Fact]
    public async Task Devices_for_which_something_else_is_due_are_with_them()
    {
        await using var store = await Open();
        DeviceRow New(string id, Func<DeviceRow, DeviceRow> with) => with(TestStore.New(id));
        await store.Make(
        [
            New("awaited", row => row with { Presence = row.Presence with { Reason = PresenceReason.Maintenance, Seq = 2 } }),
            New("calm", row => row with { Presence = row.Presence with { Reason = PresenceReason.Goodbye, Seq = 2 } }),
            New("ending", row => row with { Profile = row.Profile with { Mode = DeviceMode.Maintenance, ModeUntil = TestStore.Noon } }),
            New("endless", row => row with { Profile = row.Profile with { Mode = DeviceMode.Maintenance } }),
            New("flapping", row => row with { Presence = row.Presence with { Flaps = new Flaps("1", TestStore.Noon) } }),
        ]);
        Assert.Equal(["awaited", "ending", "flapping"], await store.Roster.OnlineAsync("", 9, CancellationToken.None));
    }

    [Fact]
    public async Task Weak_secrets_are_found_by_pages_and_no_others()
    {
        await using var store = await Open();
        foreach (var (id, credential)
            in new[] { ("a", "hs256:x:y"), ("b", "weak-sha256:1:1"), ("c", null), ("d", "weak-sha256:2:2"), ("e", "bcrypt:x") })
        {
            var row = TestStore.New(id);
            Assert.True((await store.Make([row with { Profile = row.Profile with { Credential = credential } }]))[0]);
        }

        Assert.Equal([("b", "weak-sha256:1:1")], await store.Roster.WeakSecretsAsync("", 1, CancellationToken.None));
        Assert.Equal([("d", "weak-sha256:2:2")], await store.Roster.WeakSecretsAsync("b", 10, CancellationToken.None));
        Assert.Empty(await store.Roster.WeakSecretsAsync("d", 10, CancellationToken.None));
    }
}
