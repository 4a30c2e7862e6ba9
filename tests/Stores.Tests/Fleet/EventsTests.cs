using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Fleet;

/// <summary>What every store must do.</summary>
public abstract class EventsTests
{
    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task A_devices_log_comes_in_pages_and_complete()
    {
        await using var store = await Open();
        await Flips(store, await store.Create("lamp"), 10);
        var first = await store.Events("lamp", limit: 4);
        var second = await store.Events("lamp", after: 4, limit: 100);
        Assert.Equal(Enumerable.Range(1, 10), first.Events.Concat(second.Events).Select(change => (int)change.Seq));
        Assert.Equal(new Transition(2, DeviceStatus.Online, DeviceStatus.Offline, PresenceReason.HeartbeatTimeout, TestStore.Noon.AddMinutes(2)),
            first.Events[1]);
        Assert.Equal((1L, 1L), (first.FirstSeq, second.FirstSeq));
        Assert.Empty((await store.Events("lamp", after: 10)).Events);
    }

    [Fact]
    public async Task Of_a_device_never_seen_the_log_is_empty_and_begins_with_the_first()
    {
        await using var store = await Open();
        await store.Create("lamp");
        var page = await store.Events("lamp");
        Assert.Equal((Refusal.None, 0, 1L), (page.Refusal, page.Events.Count, page.FirstSeq));
    }

    [Fact]
    public async Task What_is_pruned_is_gone_and_what_is_kept_says_where_it_begins()
    {
        await using var store = await Open();
        await Flips(store, await store.Create("lamp"), 10);
        await store.Create("silent");
        Assert.Equal(6, await store.Roster.PruneEventsAsync(TestStore.Noon.AddMinutes(7), CancellationToken.None));
        Assert.Equal(0, await store.Roster.PruneEventsAsync(TestStore.Noon.AddMinutes(7), CancellationToken.None));
        var page = await store.Events("lamp");
        Assert.Equal((7L, 4), (page.FirstSeq, page.Events.Count));

        await store.Roster.PruneEventsAsync(TestStore.Noon.AddDays(1), CancellationToken.None);
        page = await store.Events("lamp");
        Assert.Equal((11L, 0), (page.FirstSeq, page.Events.Count));
        var next = await store.Flip((await store.Row("lamp"))!, 11);
        Assert.Equal((11L, 11L), ((await store.Events("lamp")).FirstSeq, next.Presence.Seq));
    }

    [Fact]
    public async Task More_than_one_step_holds_is_pruned_in_steps()
    {
        const int Devices = 2_000;
        await using var store = await Open();
        await store.Make([.. Enumerable.Range(0, Devices).Select(i => TestStore.New($"lamp-{i:0000}"))]);
        DeviceRow[] rows =
            [.. await store.Devices.ReadAsync([.. Enumerable.Range(0, Devices).Select(i => $"lamp-{i:0000}")], CancellationToken.None)];
        for (var flip = 0; flip < 4; flip++)
        {
            var records = Array.ConvertAll(rows, row => TestStore.Flipped(row, flip));
            await store.Write(records);
            rows = Array.ConvertAll(records, record => record.Next!);
        }

        Assert.Equal(3 * Devices, await store.Roster.PruneEventsAsync(TestStore.Noon.AddMinutes(3), CancellationToken.None));
        Assert.Equal(Devices, await store.Count("presence_events"));
        Assert.Equal((4L, 1), (await store.Events("lamp-0000") is var page ? (page.FirstSeq, page.Events.Count) : default));
        Assert.True((await store.Fleet(1)).Gone);
    }

    [Fact]
    public async Task A_customer_with_too_many_loses_the_oldest_and_nobody_else_does()
    {
        await using var store = await Open();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        await Flips(store, lamp, 6);
        await Flips(store, door, 4);
        await Flips(store, await store.Create("foreign", "other"), 7);
        Assert.Equal(0, await Bound(store, events: 10));
        Assert.Equal(3, await Bound(store, events: 7));
        Assert.Equal((4L, 1L), ((await store.Events("lamp")).FirstSeq, (await store.Events("door")).FirstSeq));
        Assert.Equal(7, (await store.Fleet()).Events.Count);
        Assert.True((await store.Fleet(2)).Gone);
        Assert.False((await store.Fleet(3)).Gone);
        Assert.Equal(7, (await store.Events("foreign", customer: "other")).Events.Count);

        // What comes later pushes out as many, also past the end of a device's log.
        await Flips(store, (await store.Row("door"))!, 5);
        Assert.Equal(5, await Bound(store, events: 7, exact: false));
        Assert.Equal((7L, 0), (await store.Events("lamp") is var page ? (page.FirstSeq, page.Events.Count) : default));
        Assert.Equal((3L, 7), (await store.Events("door") is var rest ? (rest.FirstSeq, rest.Events.Count) : default));
        Assert.Equal(0, await Bound(store, events: 7));
    }

    [Fact]
    public async Task What_they_take_is_bounded_too_and_what_has_gone_otherwise_makes_room()
    {
        const int Each = 96 + (2 * (4 + 4));
        await using var store = await Open();
        var lamp = await store.Create("lamp");
        await Flips(store, lamp, 6);
        await Flips(store, await store.Create("door"), 6);
        Assert.Equal(2, await Bound(store, bytes: 10 * Each));
        Assert.Equal(3L, (await store.Events("lamp")).FirstSeq);

        // By age: known at once. With its device: known when it is counted.
        Assert.Equal(1, await store.Roster.PruneEventsAsync(TestStore.Noon.AddMinutes(4), CancellationToken.None));
        await Flips(store, (await store.Row("door"))!, 1);
        Assert.Equal(0, await Bound(store, bytes: 10 * Each, exact: false));
        Assert.True((await store.Write(Change.Removal((await store.Row("lamp"))!)))[0]);
        await Flips(store, (await store.Row("door"))!, 3);
        Assert.Equal(0, await Bound(store, bytes: 10 * Each));
        Assert.Equal(1L, (await store.Events("door")).FirstSeq);
    }

    [Fact]
    public async Task The_newest_time_is_kept_and_begins_with_none()
    {
        await using var store = await Open();
        Assert.Null(await store.Roster.NewestTimeAsync(CancellationToken.None));
        await store.Roster.NoteTimeAsync(TestStore.Noon, CancellationToken.None);
        Assert.Equal(TestStore.Noon, await store.Roster.NewestTimeAsync(CancellationToken.None));
        await store.Roster.NoteTimeAsync(TestStore.Noon.AddDays(-1), CancellationToken.None);
        Assert.Equal(TestStore.Noon.AddDays(-1), await store.Roster.NewestTimeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_fleets_log_is_in_the_order_it_was_stored_and_its_cursor_misses_nothing()
    {
        await using var store = await Open();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        for (var i = 0; i < 5; i++)
        {
            (lamp, door) = (await store.Flip(lamp, i), await store.Flip(door, i));
        }

        var (seen, position) = (new List<(string, long)>(), 0L);
        while (await store.Fleet(position, limit: 3) is { Events.Count: > 0 } page)
        {
            Assert.False(page.Gone);
            seen.AddRange(page.Events.Select(one => (one.DeviceId, one.Transition.Seq)));
            position = page.Position;
        }

        Assert.Equal(Enumerable.Range(1, 5).SelectMany(i => new[] { ("lamp", (long)i), ("door", (long)i) }), seen);
        Assert.Equal(position, (await store.Fleet(position)).Position);
        await store.Flip(lamp);
        Assert.Equal("lamp", Assert.Single((await store.Fleet(position)).Events).DeviceId);
    }

    [Fact]
    public async Task A_fleets_cursor_before_what_is_kept_is_gone_and_the_oldest_kept_can_be_had()
    {
        await using var store = await Open();
        await Flips(store, await store.Create("lamp"), 10);
        await Flips(store, await store.Create("foreign", "other"), 2);
        await store.Roster.PruneEventsAsync(TestStore.Noon.AddMinutes(7), CancellationToken.None);

        Assert.True((await store.Fleet(3)).Gone);
        Assert.False((await store.Fleet(6)).Gone);
        Assert.Equal(7, (await store.Fleet()).Events[0].Transition.Seq);
        Assert.False((await store.Fleet(3, customer: "other")).Gone);
    }

    [Fact]
    public async Task Another_customers_log_is_not_there()
    {
        await using var store = await Open();
        await store.Flip(await store.Create("lamp"));
        Assert.Equal(Refusal.NotFound, (await store.Events("lamp", customer: "other")).Refusal);
        Assert.Equal(Refusal.NotFound, (await store.Events("nobody")).Refusal);
        Assert.Empty((await store.Fleet(customer: "other")).Events);
    }

    private static Task<int> Bound(TestStore store, long events = 1_000, long bytes = 1_000_000, bool exact = true) =>
        store.Roster.BoundEventsAsync(new EventBound(events, bytes), exact, CancellationToken.None);

    private static async Task Flips(TestStore store, DeviceRow row, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            row = await store.Flip(row, i);
        }
    }
}
