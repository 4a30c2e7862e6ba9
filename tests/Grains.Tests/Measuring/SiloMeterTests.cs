using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Journal;
using Rollcall.Secrets;
using Rollcall.Support.Measuring;

namespace Rollcall.Measuring;

/// <summary>Each instrument moves when what it is named after happens.</summary>
public sealed class SiloMeterTests
{
    [Fact]
    public async Task Beats_are_counted_by_what_became_of_them()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = Listen(roll);
        var lamp = await roll.Join("lamp");
        await lamp.Beat();
        await lamp.Beat();
        var former = lamp.Session;
        await lamp.Authenticate();
        await lamp.Beat();
        await lamp.Beat(session: former);
        roll.Store.Fault = Fault.Away;
        await lamp.Beat();

        Assert.Equal(3, heard.Sum("rollcall.beats stored"));
        Assert.Equal(1, heard.Sum("rollcall.beats refused"));
        Assert.Equal(1, heard.Sum("rollcall.beats heard"));
        Assert.Equal(1, heard.Now("rollcall.store.away"));
        Assert.Equal(1, heard.Sum("rollcall.journal.records unavailable"));

        await roll.Recover(() => Task.FromResult(heard.Now("rollcall.store.away") == 0));
    }

    [Fact]
    public async Task A_beat_that_no_twin_could_be_loaded_for_is_our_fault()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = Listen(roll);
        var lamp = await roll.Join("lamp");
        await roll.Lose(lamp);
        roll.Store.Fault = Fault.Away;
        await lamp.Beat();
        Assert.Equal(1, heard.Sum("rollcall.beats unavailable"));
    }

    [Fact]
    public async Task Transitions_are_counted_once_by_where_they_lead_and_why()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = Listen(roll);
        var lamp = await roll.Join("lamp");
        await lamp.Beat();
        await lamp.Beat();
        await lamp.Goodbye();
        await lamp.Beat();
        await roll.Pass(91);

        Assert.Equal(2, heard.Sum("rollcall.transitions online heartbeat"));
        Assert.Equal(1, heard.Sum("rollcall.transitions offline goodbye"));
        Assert.Equal(1, heard.Sum("rollcall.transitions offline heartbeat_timeout"));
        Assert.Equal(4, (await roll.Events("lamp")).Count);
    }

    [Fact]
    public async Task A_transition_found_written_after_a_doubt_is_counted_too()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = Listen(roll);
        var lamp = await roll.Join("lamp");
        roll.Store.Fault = Fault.LostAfterCommit;
        await lamp.Beat();
        Assert.Equal(0, heard.Sum("rollcall.transitions online heartbeat"));
        Assert.Equal(1, heard.Sum("rollcall.journal.records unknown"));
        await roll.Recover(async () => (await lamp.Read()).Seq == 1);
        Assert.Equal(1, heard.Sum("rollcall.transitions online heartbeat"));
    }

    [Fact]
    public async Task Sign_ins_are_counted_by_outcome_and_twins_while_they_are_in_memory()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = Listen(roll);
        var lamp = await roll.Join("lamp");
        await roll.Known("lamp", "a wrong secret").Authenticate();
        Assert.Equal(1, heard.Sum("rollcall.sign_ins accepted"));
        Assert.Equal(1, heard.Sum("rollcall.sign_ins refused"));
        Assert.Equal(1, heard.Now("rollcall.twins"));

        await roll.Lose(lamp);
        await Eventually.IsSoAsync(() => heard.Now("rollcall.twins") == 0);
        roll.Store.Fault = Fault.Away;
        await lamp.Authenticate();
        Assert.Equal(1, heard.Sum("rollcall.sign_ins unavailable"));
    }

    [Fact]
    public async Task Callers_wait_while_a_flush_is_under_way_and_its_size_and_time_are_recorded()
    {
        await using var roll = await TwinCluster.Start();
        using var heard = Listen(roll);
        var devices = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => roll.Join($"lamp-{number}")));
        var (records, seconds) = (heard.Sum("rollcall.journal.flush.size"), heard.Sum("rollcall.journal.flush.duration"));
        Assert.Equal(records, heard.Sum("rollcall.journal.records stored"));
        Assert.Equal(0, seconds);

        roll.Store.Block();
        var beats = Task.WhenAll(devices.Select(device => device.Beat()));
        await Eventually.IsSoAsync(() => heard.Now("rollcall.journal.waiting") == 5 && roll.Store.Waiting == 1);
        roll.Clock.Advance(TimeSpan.FromSeconds(0.5));
        roll.Store.Unblock();
        await beats;

        Assert.Equal(records + 5, heard.Sum("rollcall.journal.flush.size"));
        Assert.Equal(records + 5, heard.Sum("rollcall.journal.records stored"));
        Assert.Equal(0.5, heard.Sum("rollcall.journal.flush.duration"), 0.001);
        await Eventually.IsSoAsync(() => heard.Now("rollcall.journal.waiting") == 0);
    }

    [Fact]
    public async Task Checks_that_wait_for_a_place_are_seen()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Secrets.BcryptConcurrency = 1);
        using var heard = Listen(roll);
        var checker = roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<SecretChecker>();
        var endless = SecretScheme.HashChosen("secret", 4).Replace("$04$", "$13$", StringComparison.Ordinal);
        var running = checker.Check("lamp", endless, "secret", SignInSource.Unknown).AsTask();
        var waiting = checker.Check("fan", SecretScheme.HashChosen("secret", 4), "secret", SignInSource.Unknown).AsTask();
        Assert.Equal(1, heard.Now("rollcall.bcrypt.waiting"));
        await Task.WhenAll(running, waiting);
        Assert.Equal(0, heard.Now("rollcall.bcrypt.waiting"));
    }

    private static Instruments Listen(TwinCluster roll) => new(roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<IMeterFactory>());
}
