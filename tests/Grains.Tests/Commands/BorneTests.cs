using System.Collections.Concurrent;
using Rollcall.Devices;
using static Rollcall.Commands.Asking;

namespace Rollcall.Commands;

/// <summary>Commands that a device neither acknowledges nor dies of, and sockets of which a twin learns only by what is said over them.</summary>
public sealed class BorneTests
{
    [Fact]
    public async Task One_that_is_never_acknowledged_holds_those_behind_it_back_for_a_minute_at_most()
    {
        await using var roll = await TwinCluster.Start();
        var (device, gateway) = (await roll.Join("lamp"), new Gateway(roll));
        await gateway.GreetAsync(device, "first");
        await Send(device, "ignored");
        await gateway.HandedAsync(device, "first ignored");
        await device.Grain.Disconnect("first");

        await gateway.GreetAsync(device, "second");
        await gateway.HandedAsync(device, "second ignored");
        await Send(device, "next");
        await Send(device, "last");
        await LiveAsync(roll, device, "second");
        await gateway.HandedAsync(device, "second next");
        await gateway.HandedAsync(device, "second last");
    }

    [Fact]
    public async Task A_line_that_is_cut_now_and_then_marks_no_command_that_takes_long()
    {
        await using var roll = await TwinCluster.Start();
        var (device, gateway) = (await roll.Join("lamp"), new Gateway(roll));
        var slow = await Send(device, "slow");
        for (var life = 1; life <= 4; life++)
        {
            await gateway.GreetAsync(device, $"socket-{life}");
            await gateway.HandedAsync(device, $"socket-{life} slow");
            await LiveAsync(roll, device, $"socket-{life}");
            await device.Grain.Disconnect($"socket-{life}");
        }

        Assert.False((await Read(roll, slow)).PollOnly);
    }

    [Fact]
    public async Task The_one_at_fault_is_found_behind_one_that_takes_long()
    {
        await using var roll = await TwinCluster.Start();
        var (device, gateway) = (await roll.Join("lamp"), new Gateway(roll));
        var slow = await Send(device, "slow");
        await gateway.GreetAsync(device, "socket-1");
        await gateway.HandedAsync(device, "socket-1 slow");
        await LiveAsync(roll, device, "socket-1");
        var deadly = await Send(device, "deadly");
        var behind = await Send(device, "behind");
        for (var life = 1; life <= 3; life++)
        {
            await gateway.HandedAsync(device, $"socket-{life} deadly");
            await device.Grain.Disconnect($"socket-{life}");
            await gateway.GreetAsync(device, $"socket-{life + 1}");
        }

        Assert.Equal([false, true, false], (await Task.WhenAll(Read(roll, slow), Read(roll, deadly), Read(roll, behind)))
            .Select(command => command.PollOnly));
        await gateway.HandedAsync(device, "socket-4 behind");
    }

    [Fact]
    public async Task A_device_that_only_pings_over_its_socket_has_its_commands_also_from_a_twin_that_was_loaded_anew()
    {
        await using var roll = await TwinCluster.Start();
        var (device, gateway) = (await roll.Join("lamp"), new Gateway(roll));
        await gateway.GreetAsync(device, "socket");
        await roll.Lose(device);
        Assert.Equal(Refusal.None, (await device.Grain.Touch(gateway.LinkOf(device, "socket"))).Refusal);
        await Send(device, "early");
        await gateway.HandedAsync(device, "socket early");
    }

    [Fact]
    public async Task A_device_that_beats_over_rest_and_reports_over_its_socket_has_its_commands_also_from_a_twin_that_was_loaded_anew()
    {
        await using var roll = await TwinCluster.Start();
        var (device, gateway) = (await roll.Join("lamp"), new Gateway(roll));
        await gateway.GreetAsync(device, "socket");
        await roll.Lose(device);
        var one = await Send(device, "one");
        Assert.Equal(["one"], (await device.Beat()).Commands.Select(command => command.Name));
        Assert.Equal(
            Refusal.None, (await device.Grain.Report(
                new CommandReport(device.Session, gateway.LinkOf(device, "socket"), one.Id, CommandStatus.Completed))).Refusal);

        await Send(device, "two");
        await gateway.HandedAsync(device, "socket two");
    }

    [Fact]
    public async Task A_socket_over_which_nothing_comes_keeps_no_command_from_a_device_that_beats_over_rest()
    {
        await using var roll = await TwinCluster.Start();
        var (device, gateway) = (await roll.Join("lamp"), new Gateway(roll));
        Assert.Equal(Refusal.None, (await device.Connect("never greeted")).Refusal);
        await Send(device, "one");
        Assert.Equal(["one"], (await device.Beat()).Commands.Select(command => command.Name));

        // The word that this one closed is lost: what it is handed is written by nobody.
        await gateway.GreetAsync(device, "gone");
        Assert.Empty((await device.Beat()).Commands);
        await roll.Pass(11);
        Assert.Equal(["one"], (await device.Beat()).Commands.Select(command => command.Name));
    }

    /// <summary>Beats over its socket for more than a minute.</summary>
    private static async Task LiveAsync(TwinCluster roll, GrainDevice device, string link)
    {
        foreach (var seconds in (double[])[0.1, 30, 31])
        {
            await roll.Pass(seconds);
            Assert.Equal(Refusal.None, (await device.BeatOver(link)).Refusal);
        }
    }

    /// <summary>Writes what it is handed, and notes over which socket.</summary>
    private sealed class Gateway : IDeviceConnectionObserver
    {
        private readonly ConcurrentQueue<(string Link, Command Command)> _handed = new();
        private readonly List<string> _written = [];
        private readonly IDeviceConnectionObserver _reference;

        public Gateway(TwinCluster roll) => _reference = roll.Grains.CreateObjectReference<IDeviceConnectionObserver>(this);

        public DeviceConnectionInfo LinkOf(GrainDevice device, string link) => device.LinkOf(link, _reference);

        public async Task GreetAsync(GrainDevice device, string link)
        {
            Assert.Equal(Refusal.None, (await device.Connect(link, _reference)).Refusal);
            Assert.Equal(Refusal.None, await device.Grain.ConnectionReady(LinkOf(device, link)));
        }

        /// <summary>Waits until it has been handed this, and says of all that comes that it is written.</summary>
        public Task<TimeSpan> HandedAsync(GrainDevice device, string what) => Eventually.IsSoAsync(async () =>
        {
            while (_handed.TryDequeue(out var handed))
            {
                await device.Grain.MarkDelivered(handed.Link, [handed.Command.Id]);
                _written.Add($"{handed.Link} {handed.Command.Name}");
            }

            return _written.Contains(what);
        });

        public ValueTask End(string linkId, ConnectionEnd why) => ValueTask.CompletedTask;

        public ValueTask Alive(string linkId) => ValueTask.CompletedTask;

        public ValueTask Deliver(string linkId, IReadOnlyList<Command> commands)
        {
            foreach (var command in commands)
            {
                _handed.Enqueue((linkId, command));
            }

            return ValueTask.CompletedTask;
        }
    }
}
