using System.Collections.Immutable;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Devices.Sessions;
using Rollcall.Postgres.Connections;
using Rollcall.Schema;

namespace Rollcall.Journal;

/// <summary>Whatever a change has in it is stored, or nothing of it.</summary>
public abstract class WholeChangeTests
{
    private const int Parts = 6;

    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task A_changed_profile_and_commands_are_stored_together()
    {
        await using var store = await Open();
        await Holds(store, await store.Create("lamp"), profile: true, command: true);
    }

    /// <summary>All sets of parts, each in a flush of its own, and then all in one flush.</summary>
    [Fact]
    public async Task Every_set_of_what_can_change_is_stored_whole()
    {
        await using var store = await Open();
        var changes = new List<Change>();
        for (var set = 0; set < 1 << Parts; set++)
        {
            await Holds(store, await store.Create($"alone-{set}"), Has(set, 0), Has(set, 1), Has(set, 2), Has(set, 3), Has(set, 4), Has(set, 5));
            changes.Add(Of(await store.Create($"beside-{set}"), Has(set, 0), Has(set, 1), Has(set, 2), Has(set, 3), Has(set, 4), Has(set, 5)));
        }

        // Beside a creation, a removal, and one that comes too late.
        var (gone, late) = (await store.Create("gone"), await store.Create("late"));
        Change[] beside = [Change.Creation(TestStore.New("new")), Change.Removal(gone),
            Of(late with { Revision = late.Revision - 1 }, profile: true, command: true)];
        Assert.Equal<bool[]>([true, true, false, .. changes.Select(_ => true)], await store.Write([.. beside, .. changes]));
        Assert.NotNull(await store.Row("new"));
        Assert.Null(await store.Row("gone"));
        Assert.Equal(late, await store.Row("late"));
        Assert.Empty(await store.Commands.OpenAsync("late", CancellationToken.None));
        foreach (var change in changes)
        {
            await IsStored(store, change);
        }
    }

    /// <summary>What no store can keep is said before anything of its flush is written.</summary>
    [Fact]
    public async Task An_event_that_has_no_table_is_refused()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Write(new Change(row, row.Next(), [new Unheard()])));
        Assert.Equal(row, await store.Row("lamp"));
    }

    [Fact]
    public void Every_column_of_a_row_is_in_one_section()
    {
        var names = DeviceTable.All.Select(column => column.Name).ToArray();
        Assert.Equal(names.Distinct(), names);
    }

    private static bool Has(int set, int part) => (set & (1 << part)) != 0;

    private static async Task Holds(
        TestStore store, DeviceRow row, bool profile = false, bool command = false, bool presence = false, bool session = false,
        bool transition = false, bool state = false)
    {
        var change = Of(row, profile, command, presence, session, transition, state);
        Assert.Equal<bool[]>([true], await store.Write(change));
        await IsStored(store, change);
    }

    private static async Task IsStored(TestStore store, Change change)
    {
        var id = change.DeviceId;
        Assert.Equal(change.Next, await store.Row(id));
        Assert.Equal(change.Events.OfType<PresenceChanged>().Select(one => one.Transition), (await store.Events(id)).Events);
        Assert.Equal(
            change.Events.OfType<CommandChanged>().Select(one => one.Command),
            (await store.Commands.OpenAsync(id, CancellationToken.None)).OrderBy(one => one.Number));
    }

    private static Change Of(
        DeviceRow row, bool profile = false, bool command = false, bool presence = false, bool session = false, bool transition = false,
        bool state = false)
    {
        var (next, events) = (row.Next(), ImmutableArray<DeviceEvent>.Empty);
        next = profile ? next with { Profile = row.Profile with { Name = "Lamp", Mode = DeviceMode.Maintenance, Credential = "new" } } : next;
        next =
            presence
                ? next with {
                    Presence = next.Presence with { LastSeen = TestStore.Noon, Metrics = "{\"cpu\":1}", Health = DeviceHealth.Degraded } } : next;
        next = session ? next with { Session = SessionRule.Standard.Issue(row.Session, "next", TestStore.Noon) } : next;
        next = state || command ? next with { Commands = new CommandState(command ? 2 : 0, 7) } : next;
        if (transition)
        {
            var flip = TestStore.Flipped(row).Transition!;
            next = next with { Presence = next.Presence with { Status = flip.To, Reason = flip.Reason, StatusSince = flip.At, Seq = flip.Seq } };
            events = events.Add(new PresenceChanged(flip));
        }

        return new Change(row, next, command ? [.. events, New(row, 6), New(row, 7)] : events);
    }

    private static CommandChanged New(DeviceRow row, long number) => new(new Command(
        CommandIds.Of(number, new byte[12]), row.DeviceId, number, "blink", null, CommandStatus.Queued, TestStore.Noon, TestStore.Noon.AddHours(1),
        null, null, null, null, null, Late: false, "owner"));

    private sealed record Unheard : DeviceEvent;
}
