using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Devices.Sessions;
using Rollcall.Postgres.Connections;

namespace Rollcall.Journal;

/// <summary>What every store must do.</summary>
public abstract class DeviceStoreTests
{
    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task A_row_comes_back_as_it_was_written()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        var next = row.Next(
            new PresenceState(DeviceStatus.Online, PresenceReason.Connected, TestStore.Noon.AddMilliseconds(1), DeviceHealth.Degraded,
                TestStore.Noon.AddDays(1), """{"cpu":1}""", 1)
            {
                ExpectedBy = TestStore.Noon.AddHours(1), Flaps = Flaps.Of("1767268800 4 5", TestStore.Noon.AddHours(2)),
            },
            new SessionState(4, new string('a', 64), TestStore.Noon.AddMilliseconds(2),
                new NextSession(new string('b', 64), TestStore.Noon.AddMilliseconds(3))),
            row.Profile with
            {
                Name = "Lämp 'x' %", Location = "Hall", Mode = DeviceMode.Maintenance, Version = 9, Credential = "c", Activation = "a",
                ActivationExpiresAt = TestStore.Noon, Activated = true,
                Former = new FormerSecret("f", TestStore.Noon.AddMilliseconds(4), TestStore.Noon.AddDays(2), Used: false),
                HeartbeatInterval = 3_600_000, HeartbeatTimeout = HeartbeatBounds.MostTimeout, ToldTimeout = 7_200_000,
                ModeSince = TestStore.Noon.AddMinutes(1), ModeUntil = TestStore.Noon.AddMinutes(2), ModeNote = "Pümp",
            });
        Assert.Equal<bool[]>([true], await store.Write(
            new Change(row, next,
                [new PresenceChanged(new Transition(1, DeviceStatus.Offline, DeviceStatus.Online, PresenceReason.Connected, TestStore.Noon))])));
        Assert.Equal(next, await store.Row("lamp"));
        var used = next.Next(profile: next.Profile with { Former = next.Profile.Former!.AfterUse() });
        var over = used.Next(profile: used.Profile with { Former = null });
        Assert.Equal<bool[]>([true], await store.Write(new Change(next, used, [])));
        Assert.Equal(used, await store.Row("lamp"));
        Assert.Equal<bool[]>([true], await store.Write(new Change(used, over, [])));
        Assert.Equal(over, await store.Row("lamp"));
    }

    /// <summary>
    /// A silo of the former version runs beside us on the same table: it raises the epoch and leaves the next session's columns alone.
    /// </summary>
    [Fact]
    public async Task What_a_silo_of_the_former_version_writes_is_understood()
    {
        await using var store = await Open();
        var (used, now) = (new SessionState(1, "used", TestStore.Noon), TestStore.Noon.AddMinutes(1));
        var row = await Store(await store.Create("lamp"), SessionRule.Standard.Issue(used, "next", now));

        // A beat changes nothing of sessions: the next one is good.
        await store.Say(FormerBeat(row));
        row = (await store.Row("lamp"))!;
        Assert.Equal(new SessionState(2, "used", TestStore.Noon, new NextSession("next", now)), row.Session);

        // It signs the device in, and then ends that session: neither revives the one that we issued.
        await store.Say(FormerChange(row, 3, "'former'"));
        row = (await store.Row("lamp"))!;
        Assert.Equal((3L, "former", null), (row.Session.Epoch, row.Session.Id, row.Session.Next));
        await store.Say(FormerBeat(row));
        row = (await store.Row("lamp"))!;
        Assert.Null(row.Session.Next);
        await store.Say(FormerChange(row, 4, "NULL"));
        row = (await store.Row("lamp"))!;
        Assert.Equal((4L, null, null), (row.Session.Epoch, row.Session.Id, row.Session.Next));

        // And ours again.
        row = await Store(row, SessionRule.Standard.Issue(row.Session, "ours", now));
        Assert.Equal((5L, null, "ours"), (row.Session.Epoch, row.Session.Id, row.Session.Next?.Id));
        row = await Store(row, SessionRule.Standard.Use(row.Session));
        Assert.Equal((5L, "ours", null), (row.Session.Epoch, row.Session.Id, row.Session.Next));

        async Task<DeviceRow> Store(DeviceRow was, SessionState sessions)
        {
            var next = was.Next(session: sessions);
            Assert.Equal<bool[]>([true], await store.Write(new Change(was, next, [])));
            Assert.Equal(next, await store.Row("lamp"));
            return next;
        }
    }

    /// <summary>The former version's statements for a record without transition, with their values put in.</summary>
    private static string FormerBeat(DeviceRow row) => $"""
        UPDATE devices SET revision = {row.Revision + 1}, health = 'healthy', last_seen = '2026-01-01T12:00:00.000Z', metrics = NULL,
            updated_at = '2026-01-01T12:00:00.000Z'
        WHERE device_id = '{row.DeviceId}' AND revision = {row.Revision}
        """;

    private static string FormerChange(DeviceRow row, long epoch, string id) => $"""
        UPDATE devices SET revision = {row.Revision + 1}, health = 'healthy', last_seen = '2026-01-01T12:00:00.000Z', metrics = NULL,
            updated_at = '2026-01-01T12:00:00.000Z',
            status = '{WireNames.Of(row.Presence.Status)}', status_reason = NULL, status_since = '2026-01-01T12:00:00.000Z',
            presence_seq = {row.Presence.Seq},
            session_epoch = {epoch}, session_id = {id}, session_opened_at = '2026-01-01T12:00:00.000Z'
        WHERE device_id = '{row.DeviceId}' AND revision = {row.Revision}
        """;

    [Fact]
    public async Task Only_the_first_of_two_writers_on_one_revision_succeeds()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        var record = TestStore.Flipped(row);
        Assert.Equal<bool[]>([true], await store.Write(record));
        Assert.Equal<bool[]>([false], await store.Write(record));
        Assert.Equal<bool[]>([false], await store.Write(Change.Removal(row)));
        Assert.Equal(record.Next, await store.Row("lamp"));
    }

    [Fact]
    public async Task A_fenced_record_logs_nothing_counts_nothing_and_leaves_its_batch_alone()
    {
        await using var store = await Open();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        await store.Flip(lamp);
        var stale = new Change(
            lamp, lamp.Next(TestStore.Flipped(lamp).Next!.Presence, profile: lamp.Profile with { Name = "stale" }),
            [new PresenceChanged(TestStore.Flipped(lamp).Transition! with { Seq = 7 })]);

        Assert.Equal<bool[]>([false, true], await store.Write(stale, TestStore.Flipped(door)));
        Assert.Equal([1L], (await store.Events("lamp")).Events.Select(change => change.Seq));
        Assert.Equal([1L], (await store.Events("door")).Events.Select(change => change.Seq));
        Assert.Null((await store.Row("lamp"))!.Profile.Name);
        Assert.Equal(2, (await store.List()).Counts.Online);
    }

    [Fact]
    public async Task A_removed_device_stays_removed()
    {
        await using var store = await Open();
        var row = await store.Flip(await store.Create("lamp"));
        Assert.Equal<bool[]>([true], await store.Write(Change.Removal(row)));

        Assert.Equal<bool[]>([false, false], await store.Write(TestStore.Flipped(row), new Change(row, row.Next(), [])));
        Assert.Null(await store.Row("lamp"));
        Assert.Equal(0L, await store.Count("presence_events"));
        Assert.Equal((0, 0), (await store.List() is var list ? (list.Counts.Total, list.Counts.Online) : default));
    }

    [Fact]
    public async Task A_write_based_on_a_removed_device_does_not_touch_the_one_made_later_with_its_id()
    {
        await using var store = await Open();
        var old = await store.Create("lamp");
        await store.Write(Change.Removal(old));
        var made = await store.Create("lamp", "other");
        Assert.Equal<bool[]>([false], await store.Write(TestStore.Flipped(old)));
        Assert.Equal(made, await store.Row("lamp"));
    }

    [Fact]
    public async Task A_batch_with_content_that_the_table_refuses_writes_nothing()
    {
        await using var store = await Open();
        var (lamp, door) = (await store.Create("lamp"), await store.Create("door"));
        var poison = new Change(door, door.Next(door.Presence with { Metrics = "no JSON" }), []);
        await Assert.ThrowsAsync<StoreRefusedException>(() => store.Write(TestStore.Flipped(lamp), poison));

        Assert.Equal(lamp, await store.Row("lamp"));
        Assert.Empty((await store.Events("lamp")).Events);
        Assert.Equal<bool[]>([true], await store.Write(TestStore.Flipped(lamp)));
    }

    [Fact]
    public async Task An_id_without_a_row_is_left_out()
    {
        await using var store = await Open();
        await store.Create("lamp");
        var rows = await store.Devices.ReadAsync(["door", "lamp", "LAMP"], CancellationToken.None);
        Assert.Equal(["lamp"], rows.Select(row => row.DeviceId));
    }

    [Fact]
    public async Task An_id_can_be_taken_once_whoever_takes_it()
    {
        await using var store = await Open();
        await store.Create("lamp");
        Assert.Equal<bool[]>([false, true, false], await store.Make(
            [TestStore.New("lamp", "other"), TestStore.New("door"), TestStore.New("door", "other")]));
        Assert.Equal("acme", (await store.Row("lamp"))!.CustomerId);
        Assert.Equal((2, 0), (await store.List() is var list ? (list.Counts.Total, list.Counts.Online) : default));
    }

    [Fact]
    public async Task A_creation_made_again_finds_its_own_device_and_no_other_and_counts_it_once()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        Assert.Equal<bool[]>([true, false, true], await store.Make([row, TestStore.New("lamp"), TestStore.New("door")]));
        Assert.Equal(2, (await store.List()).Counts.Total);
        var next = await store.Flip(row);
        Assert.Equal<bool[]>([false], await store.Make([row]));
        Assert.Equal(next, await store.Row("lamp"));
    }
}
