using System.Collections.Concurrent;
using Rollcall.Devices;
using Rollcall.Journal;
using static Rollcall.Commands.Asking;

namespace Rollcall.Commands;

/// <summary>Commands through a twin, over a real store.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task A_sleeping_device_gets_three_in_order_with_its_next_beat_until_it_has_acknowledged_them()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = new[] { await Send(device, "one"), await Send(device, "two"), await Send(device, "three") };
        Assert.Equal(CommandStatus.Queued, (await Read(roll, sent[0])).Status);
        await roll.Lose(device);

        Assert.Equal(["one", "two", "three"], (await device.Beat()).Commands.Select(command => command.Name));
        await device.Grain.MarkDelivered(null, [sent[0].Id, sent[1].Id, sent[2].Id]);
        Assert.Equal(CommandStatus.Sent, (await Read(roll, sent[2])).Status);
        Assert.Equal(Refusal.None, (await Say(device, sent[0], CommandStatus.Acknowledged)).Refusal);
        Assert.Equal(["two", "three"], (await device.Beat()).Commands.Select(command => command.Name));
        Assert.Equal(Refusal.None, (await Say(device, sent[0], CommandStatus.Completed, "42")).Refusal);
        Assert.Equal(Refusal.None, (await Say(device, sent[0], CommandStatus.Completed, "42")).Refusal);
        Assert.Equal(Refusal.Conflict, (await Say(device, sent[0], CommandStatus.Completed, "43")).Refusal);
        var done = await Read(roll, sent[0]);
        Assert.Equal((CommandStatus.Completed, "42"), (done.Status, done.Result));
        Assert.Equal(["online heartbeat"], await device.Log());
    }

    [Fact]
    public async Task A_device_with_a_socket_is_handed_them_at_once_one_portion_after_the_other()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var gateway = new Gateway();
        var observer = roll.Grains.CreateObjectReference<IDeviceConnectionObserver>(gateway);
        await device.Connect("socket", observer);
        var first = await Send(device, "early");
        await roll.Turns();
        Assert.Empty(gateway.Delivered);

        await device.Grain.ConnectionReady(device.LinkOf("socket"));
        await Eventually.IsSoAsync(() => gateway.Delivered.Count == 1);
        for (var i = 0; i < 12; i++)
        {
            await Send(device, $"later-{i}");
        }

        await device.Grain.MarkDelivered("socket", [first.Id]);
        await Eventually.IsSoAsync(() => gateway.Delivered.Count == 2);
        var portion = gateway.Delivered.Last();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"later-{i}"), portion.Select(command => command.Name));
        Assert.Empty((await device.Beat()).Commands);
        await device.Grain.MarkDelivered("socket", [.. portion.Select(command => command.Id)]);
        await Eventually.IsSoAsync(() => gateway.Delivered.Count == 3);
        Assert.Equal(2, gateway.Delivered.Last().Count);

        // A socket that comes anew is handed all that was not acknowledged, from the beginning.
        await device.Connect("newer", observer);
        await device.Grain.ConnectionReady(device.LinkOf("newer"));
        await Eventually.IsSoAsync(() => gateway.Delivered.Count == 4);
        Assert.Equal("early", gateway.Delivered.Last()[0].Name);
        GC.KeepAlive(gateway);
    }

    [Fact]
    public async Task What_a_device_lets_go_of_comes_again_over_the_same_socket_after_a_minute()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var gateway = new Gateway();
        await device.Connect("socket", roll.Grains.CreateObjectReference<IDeviceConnectionObserver>(gateway));
        await device.Grain.ConnectionReady(device.LinkOf("socket"));
        var sent = await Send(device, "one");
        await Eventually.IsSoAsync(() => gateway.Delivered.Count == 1);
        await device.Grain.MarkDelivered("socket", [sent.Id]);
        await device.Beat();
        await roll.Pass(30);
        await device.Beat();
        Assert.Single(gateway.Delivered);
        await roll.Pass(31);
        await device.Beat();
        await Eventually.IsSoAsync(() => gateway.Delivered.Count == 2);
        Assert.Equal(sent.Id, Assert.Single(gateway.Delivered.Last()).Id);
        await device.Grain.MarkDelivered("socket", [sent.Id]);
        await device.Beat();
        Assert.Equal(2, gateway.Delivered.Count);
        GC.KeepAlive(gateway);
    }

    [Fact]
    public async Task A_report_of_an_unknown_command_beside_one_that_has_just_expired_is_one_write()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = await Send(device, "one", seconds: 30);
        roll.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Refusal.NotFound,
            (await device.Grain.Report(new CommandReport(device.Session, null, CommandIds.Of(9, new byte[12]), CommandStatus.Completed))).Refusal);
        Assert.Equal(CommandStatus.Expired, (await Read(roll, sent)).Status);
        Assert.Equal(Refusal.None, (await Try(device, "two")).Refusal);
    }

    [Fact]
    public async Task What_nobody_fetches_expires_also_when_its_device_never_comes()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = await Send(device, "one", seconds: 30);
        Assert.True(roll.Reminders.Has(device.Grain));
        await roll.Pass(31);
        Assert.Equal(0, (await roll.Row("lamp"))!.Commands.Open);
        var expired = await Read(roll, sent);
        Assert.Equal((CommandStatus.Expired, sent.ExpiresAt), (expired.Status, expired.FinishedAt));
        Assert.Equal(Refusal.Conflict, (await Say(device, sent, CommandStatus.Acknowledged)).Refusal);
        Assert.Equal(Refusal.None, (await Say(device, sent, CommandStatus.Completed, "1")).Refusal);
        Assert.Equal((CommandStatus.Expired, true, "1"), await LateAsync());

        async Task<(CommandStatus, bool, string?)> LateAsync()
        {
            var late = await Read(roll, sent);
            return (late.Status, late.Late, late.Result);
        }
    }

    [Fact]
    public async Task The_same_key_is_the_same_command_for_a_day_and_with_another_content_a_conflict()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = await Send(device, "one", key: "k");
        await roll.Lose(device);
        Assert.Equal(sent.Id, (await Send(device, "one", key: "k")).Id);
        Assert.Equal(Refusal.Conflict, (await Try(device, "two", key: "k")).Refusal);
        roll.Clock.Advance(TimeSpan.FromHours(25));
        Assert.NotEqual(sent.Id, (await Send(device, "two", key: "k")).Id);
    }

    [Fact]
    public async Task A_device_has_so_many_open_at_most_and_a_cancelled_one_makes_room()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.CommandsMost = 2);
        var device = await roll.Join("lamp");
        var one = await Send(device, "one");
        await Send(device, "two");
        Assert.Equal(Refusal.QuotaExceeded, (await Try(device, "three")).Refusal);
        Assert.Equal(CommandStatus.Cancelled, (await device.Grain.Cancel(TwinCluster.Customer, one.Id)).Command!.Status);
        Assert.Equal(Refusal.None, (await device.Grain.Cancel(TwinCluster.Customer, one.Id)).Refusal);
        Assert.Equal(Refusal.NotFound, (await device.Grain.Cancel("another", one.Id)).Refusal);
        Assert.Equal(3, (await Send(device, "three")).Number);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_accepted_and_in_doubt_the_key_tells()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        roll.Store.Fault = Fault.LostAfterCommit;
        Assert.Equal(Refusal.Unavailable, (await Try(device, "one", key: "k")).Refusal);
        await roll.Recover(async () => (await Try(device, "one", key: "k")).Refusal == Refusal.None);
        Assert.Equal(1, (await Send(device, "one", key: "k")).Number);
        Assert.Equal(1, (await roll.Row("lamp"))!.Commands.Open);
    }

    [Fact]
    public async Task A_beat_does_not_wait_for_commands_while_the_store_is_away()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        await device.Beat();
        await Send(device, "one");
        roll.Store.Fault = Fault.LostBeforeCommit;
        Assert.False((await device.Beat()).Stored);
        roll.CommandsAreSilent = true;
        var beat = await device.Beat().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal((Refusal.None, false, 0), (beat.Refusal, beat.Stored, beat.Commands.Count));
        roll.CommandsAreSilent = false;
        await roll.Recover(async () => (await device.Beat()).Stored);
        Assert.Single((await device.Beat()).Commands);
    }

    [Fact]
    public async Task A_deleted_device_takes_its_commands_along()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = await Send(device, "one");
        Assert.Equal(Refusal.None, await device.Grain.Delete(TwinCluster.Customer));
        Assert.Equal(Refusal.NotFound, (await roll.Grains.GetFleet(TwinCluster.Customer).Command("lamp", sent.Id)).Refusal);
        Assert.Equal(Refusal.NotFound, (await Try(device, "one")).Refusal);
    }

    private sealed class Gateway : IDeviceConnectionObserver
    {
        public ConcurrentQueue<IReadOnlyList<Command>> Delivered { get; } = new();

        public ValueTask End(string linkId, ConnectionEnd why) => ValueTask.CompletedTask;

        public ValueTask Alive(string linkId) => ValueTask.CompletedTask;

        public ValueTask Deliver(string linkId, IReadOnlyList<Command> commands)
        {
            Delivered.Enqueue(commands);
            return ValueTask.CompletedTask;
        }
    }
}
