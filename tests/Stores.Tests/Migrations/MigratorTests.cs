using Rollcall.Devices;

namespace Rollcall.Migrations;

/// <summary>What the steps of every store must do.</summary>
public abstract class MigratorTests
{
    /// <summary>A store without tables, and a way to open it once it has them.</summary>
    private protected abstract Task<EmptyStore> Empty();

    [Fact]
    public async Task Every_step_goes_up_down_and_up_again()
    {
        await using var store = await Empty();
        var empty = await store.Schema();
        store.Up();
        var steps = store.Steps();
        Assert.All(steps, step => Assert.True(step.Applied));
        Assert.Equal(Enumerable.Range(1, steps.Count).Select(i => (long)i), steps.Select(step => step.Version));
        var full = await store.Schema();

        for (var to = steps.Count - 1; to >= 0; to--)
        {
            var before = await store.Schema();
            store.Down(to);
            Assert.Equal(to, store.Steps().Count(step => step.Applied));
            Assert.NotEqual(before, await store.Schema());
        }

        Assert.Equal(empty, await store.Schema());
        store.Up();
        Assert.Equal(full, await store.Schema());
    }

    [Fact]
    public async Task Each_step_alone_can_be_taken_back_and_repeated()
    {
        await using var store = await Empty();
        store.Up();
        var full = await store.Schema();
        for (var to = store.Steps().Count - 1; to >= 0; to--)
        {
            store.Down(to);
            store.Up();
            Assert.Equal(full, await store.Schema());
        }
    }

    [Fact]
    public async Task A_second_up_changes_nothing()
    {
        await using var store = await Empty();
        store.Up();
        var once = await store.Schema();
        store.Up();
        Assert.Equal(once, await store.Schema());
    }

    [Fact]
    public async Task Devices_survive_the_log_of_transitions_being_taken_back()
    {
        await using var empty = await Empty();
        empty.Up();
        DeviceRow row;
        long reader;
        await using (var store = empty.Open())
        {
            row = await store.Flip(await store.Flip(await store.Create("lamp"), 1), 2);
            reader = (await store.Fleet()).Position;
        }

        empty.Down(1);
        empty.Up();
        await using var after = empty.Open();
        Assert.Equal(row, await after.Row("lamp"));
        Assert.Equal(1, (await after.List()).Counts.Total);
        Assert.Equal((0, 3L), (await after.Events("lamp") is var page ? (page.Events.Count, page.FirstSeq) : default));

        // A fleet's cursor from before must neither miss what comes now nor wait for the ids to reach it.
        await after.Flip(row, 3);
        Assert.Equal(3, Assert.Single((await after.Fleet(reader)).Events).Transition.Seq);
        Assert.Single((await after.Fleet()).Events);
        Assert.True((await after.Fleet(1)).Gone);
    }

    [Fact]
    public async Task Devices_and_their_log_survive_the_tables_of_the_providers_being_taken_back()
    {
        await using var empty = await Empty();
        empty.Up();
        await using (var store = empty.Open())
        {
            await store.Flip(await store.Flip(await store.Create("lamp"), 1), 2);
            await store.Create("door", "other");
        }

        empty.Down(2);
        empty.Up();
        await using var after = empty.Open();
        Assert.Equal((2, 2, 2), (await after.Count("devices"), await after.Count("presence_events"), await after.Count("customers")));
    }

    [Fact]
    public async Task The_newest_time_of_a_store_that_kept_none_is_its_devices()
    {
        await using var empty = await Empty();
        empty.Up();
        await using (var store = empty.Open())
        {
            await store.Flip(await store.Create("lamp"), 1);
        }

        empty.Down(5);
        empty.Up();
        await using var after = empty.Open();
        Assert.InRange(TimeProvider.System.GetUtcNow() - (await after.Roster.NewestTimeAsync(CancellationToken.None))!.Value, TimeSpan.Zero,
            TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_in_a_sentence()
    {
        await using var store = await Empty();
        store.Up();
        await store.Say("""INSERT INTO "VersionInfo" ("Version", "AppliedOn", "Description") VALUES (99, '2030-01-01T00:00:00', 'later')""");
        var refused = Assert.Throws<StoreTooNewException>(store.Up);
        Assert.Matches("^The store is at step 99, this program knows steps up to [0-9]+: .+\\.$", refused.Message);
    }
}
