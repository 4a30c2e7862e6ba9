using Rollcall.Clocks;
using Rollcall.Devices;
using Rollcall.Journal;

namespace Rollcall.Commands;

/// <summary>What every store must do with commands.</summary>
public abstract class CommandStoreTests
{
    private protected abstract Task<TestStore> Open();

    [Fact]
    public async Task A_command_comes_back_as_it_was_written_and_as_it_was_changed()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        var command = New(1) with { Parameters = """{ "a": [1e300, "ü", null] }""" };
        row = await Write(store, row, new CommandState(1, 1), new CommandChanged(command, "key", "print"));
        Assert.Equal(row.Commands, (await store.Row("lamp"))!.Commands);
        Assert.Equal(command, await store.Commands.FindAsync("lamp", command.Id, CancellationToken.None));
        Assert.Equal([command.Light()], await store.Commands.OpenAsync("lamp", CancellationToken.None));
        Assert.Equal([KeyValuePair.Create(1L, command.Parameters)], await store.Commands.ParametersAsync("lamp", [1, 2], CancellationToken.None));
        Assert.Empty(await store.Commands.ParametersAsync("door", [1], CancellationToken.None));
        Assert.Equal((command, "print"), await store.Commands.FindByKeyAsync("lamp", "key", TestStore.Noon.AddSeconds(-1), CancellationToken.None));
        Assert.Null(await store.Commands.FindByKeyAsync("lamp", "key", TestStore.Noon, CancellationToken.None));

        // What changes it need not know its parameters, which stay.
        var done = command with
        {
            Status = CommandStatus.Failed, SentAt = TestStore.Noon.AddSeconds(1), AcknowledgedAt = TestStore.Noon.AddSeconds(2),
            FinishedAt = TestStore.Noon.AddSeconds(3),
            Result = "[1,  2]", Error = "it's broken", Late = true,
        };
        await Write(store, row, new CommandState(0, 1), new CommandChanged(done.Light()));
        Assert.Equal(done, await store.Commands.FindAsync("lamp", command.Id, CancellationToken.None));
        Assert.Empty(await store.Commands.OpenAsync("lamp", CancellationToken.None));
        Assert.NotNull(await store.Commands.FindByKeyAsync("lamp", "key", TestStore.Noon.AddSeconds(-1), CancellationToken.None));
        Assert.Null(await store.Commands.FindAsync("lamp", CommandIds.Of(1, new byte[12]), CancellationToken.None));
        (string, string)[] named = [("lamp", command.Id), ("door", command.Id), ("lamp", CommandIds.Of(2, new byte[12])), ("lamp", "nonsense")];
        Assert.Equal([done], await store.Commands.FindOfCustomerAsync("acme", named, CancellationToken.None));
        Assert.Empty(await store.Commands.FindOfCustomerAsync("another", named, CancellationToken.None));
        Assert.Empty(await store.Commands.FindOfCustomerAsync("acme", [], CancellationToken.None));
    }

    [Fact]
    public async Task They_are_written_with_their_row_or_not_at_all_beside_other_records_of_the_flush()
    {
        await using var store = await Open();
        var (lamp, door, gate) = (await store.Create("lamp"), await store.Create("door"), await store.Create("gate"));
        var beside = TestStore.Flipped(gate);
        var records =
            new[] { Record(lamp with { Revision = lamp.Revision + 7 }, 2, New(1), New(2)), beside, Record(door, 2, New(1, "door"), New(2, "door")) };
        Assert.Equal<bool[]>([false, true, true], await store.Write(records));
        Assert.Empty(await store.Commands.OpenAsync("lamp", CancellationToken.None));
        Assert.Equal([1L, 2], (await store.Commands.OpenAsync("door", CancellationToken.None)).Select(command => command.Number).Order());
        Assert.Equal(2, (await store.Row("door"))!.Commands.Open);
    }

    [Fact]
    public async Task A_transition_and_commands_go_in_one_record()
    {
        await using var store = await Open();
        var flipped = TestStore.Flipped(await store.Create("lamp"));
        var record = flipped with { Next = flipped.Next! with { Commands = new CommandState(1, 1) },
            Events = [.. flipped.Events, new CommandChanged(New(1))] };
        Assert.Equal<bool[]>([true], await store.Write(record));
        Assert.Equal(record.Next, await store.Row("lamp"));
        Assert.Single((await store.Events("lamp")).Events);
        Assert.Equal(1, (await store.List()).Counts.Online);
    }

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_of_the_customers_own_and_filters_see_what_has_expired()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        var commands = Enumerable.Range(1, 5).Select(number => New(number)).ToArray();
        await Write(store, row, new CommandState(5, 5), [.. commands.Select(command => new CommandChanged(command))]);
        var (page, more) = (await List(store, null, null, 2))!.Value;
        Assert.Equal(([5L, 4L], true), (page.Select(command => command.Number).ToArray(), more),
            (one, two) => one.Item1.SequenceEqual(two.Item1) && one.Item2 == two.Item2);
        Assert.False((await List(store, null, 4, 3))!.Value.More);
        Assert.Equal(5, (await List(store, CommandStatus.Queued, null, 9))!.Value.Commands.Count);
        Assert.Equal(5, (await List(store, CommandStatus.Expired, null, 9, TestStore.Noon.AddDays(1)))!.Value.Commands.Count);

        // A clock that is not believed ends none that was there before.
        var jumped = new WallTime(TestStore.Noon.AddDays(100), TestStore.Noon, TestStore.Noon.AddDays(1));
        Assert.Empty((await List(store, CommandStatus.Expired, null, 9, jumped))!.Value.Commands);
        Assert.Empty((await List(store, CommandStatus.Expired, null, 9, new WallTime(TestStore.Noon.AddDays(100), null)))!.Value.Commands);
        Assert.Equal(
            5, (await List(store, CommandStatus.Expired, null, 9, jumped with { Believed = TestStore.Noon.AddDays(1) }))!.Value.Commands.Count);
        Assert.Empty((await List(store, CommandStatus.Queued, null, 9, TestStore.Noon.AddDays(1)))!.Value.Commands);
        Assert.Null(await store.Commands.ListAsync("another", new CommandQuery("lamp", null, null, 9), TestStore.Noon, CancellationToken.None));
    }

    [Fact]
    public async Task Old_ones_are_forgotten_after_their_end_and_all_with_their_device()
    {
        await using var store = await Open();
        var row = await store.Create("lamp");
        var old = New(1) with { Status = CommandStatus.Completed, FinishedAt = TestStore.Noon };
        row = await Write(store, row, new CommandState(1, 2), new CommandChanged(old), new CommandChanged(New(2)));
        Assert.Equal(0, await store.Commands.PruneAsync(TestStore.Noon, CancellationToken.None));
        Assert.Equal(1, await store.Commands.PruneAsync(TestStore.Noon.AddSeconds(1), CancellationToken.None));
        Assert.Equal(1, await store.Count("commands"));
        Assert.Equal(["lamp"], await store.Roster.OnlineAsync("", 9, CancellationToken.None));
        Assert.Equal<bool[]>([true], await store.Write(Change.Removal(row)));
        Assert.Equal(0, await store.Count("commands"));
    }

    private static Command New(long number, string device = "lamp") => new(
        CommandIds.Of(number, Enumerable.Repeat((byte)0xA5, 12).ToArray()), device, number, "blink", null, CommandStatus.Queued, TestStore.Noon,
        TestStore.Noon.AddHours(1), null, null, null, null, null, Late: false, "owner");

    private static Change Record(DeviceRow row, int open, params Command[] commands) =>
        new(row, row.Next() with { Commands = new CommandState(open, open) }, [.. commands.Select(command => new CommandChanged(command))]);

    private static async Task<DeviceRow> Write(TestStore store, DeviceRow row, CommandState state, params CommandChanged[] writes)
    {
        var next = row.Next() with { Commands = state };
        Assert.Equal<bool[]>([true], await store.Write(new Change(row, next, [.. writes])));
        return next;
    }

    private static Task<(IReadOnlyList<Command> Commands, bool More)?> List(
        TestStore store, CommandStatus? status, long? before, int limit, WallTime? now = null) =>
        store.Commands.ListAsync("acme", new CommandQuery("lamp", status, before, limit), now ?? TestStore.Noon, CancellationToken.None);
}
