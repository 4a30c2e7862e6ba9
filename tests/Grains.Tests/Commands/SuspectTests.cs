using System.Collections.Concurrent;
using Rollcall.Devices;
using static Rollcall.Commands.Asking;

namespace Rollcall.Commands;

/// <summary>A command that its device cannot bear over a socket.</summary>
public sealed class SuspectTests
{
    [Fact]
    public async Task A_command_at_which_three_sockets_died_is_only_asked_for_and_those_around_it_go_on()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = new[] { await Send(device, "one"), await Send(device, "two"), await Send(device, "deadly"), await Send(device, "four"),
            await Send(device, "five") };
        var line = new Line(roll, device, sent[2].Id);
        for (var life = 1; life <= 4; life++)
        {
            await line.LiveAsync(life);
        }

        Assert.Equal(3, line.Deaths);
        Assert.Equal(["one", "two", "four", "five"], line.Done);
        var deadly = await Read(roll, sent[2]);
        Assert.Equal((CommandStatus.Sent, true), (deadly.Status, deadly.PollOnly));
        await line.LiveAsync(5);
        Assert.Equal(3, line.Deaths);

        Assert.Equal("deadly", (await device.Grain.NextCommand(device.LinkOf("socket-5"))).Command!.Name);
        await roll.Lose(device);
        Assert.True((await Read(roll, sent[2])).PollOnly);
        Assert.Equal(["deadly"], (await device.Beat()).Commands.Select(command => command.Name));
        Assert.Equal(Refusal.None, (await Say(device, sent[2], CommandStatus.Completed)).Refusal);
    }

    [Fact]
    public async Task A_line_that_breaks_now_and_then_marks_no_command_that_is_acknowledged_in_between()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var sent = new[] { await Send(device, "one"), await Send(device, "two"), await Send(device, "three") };
        var line = new Line(roll, device, deadly: null);
        await line.LiveAsync(1, acknowledges: false);
        await line.LiveAsync(2, acknowledges: false);
        await line.LiveAsync(3);
        Assert.Equal(["one", "two", "three"], line.Done);
        Assert.All(await Task.WhenAll(sent.Select(command => Read(roll, command))), command => Assert.False(command.PollOnly));
    }

    /// <summary>A device that takes what comes over its socket, one after the other, and whose socket dies at one of them.</summary>
    private sealed class Line(TwinCluster roll, GrainDevice device, string? deadly) : IDeviceConnectionObserver
    {
        private readonly ConcurrentQueue<Command> _handed = new();
        private IDeviceConnectionObserver? _reference;

        public int Deaths { get; private set; }

        public List<string> Done { get; } = [];

        public async Task LiveAsync(int life, bool acknowledges = true)
        {
            var link = $"socket-{life}";
            _handed.Clear();
            await device.Connect(link, _reference ??= roll.Grains.CreateObjectReference<IDeviceConnectionObserver>(this));
            await device.Grain.ConnectionReady(device.LinkOf(link));
            while (await NextAsync() is { } command)
            {
                await device.Grain.MarkDelivered(link, [command.Id]);
                if (command.Id == deadly || !acknowledges)
                {
                    Deaths += command.Id == deadly ? 1 : 0;
                    await device.Grain.Disconnect(link);
                    return;
                }

                Assert.Equal(Refusal.None, (await Say(device, command, CommandStatus.Completed)).Refusal);
                Done.Add(command.Name);
            }
        }

        public ValueTask End(string linkId, ConnectionEnd why) => ValueTask.CompletedTask;

        public ValueTask Alive(string linkId) => ValueTask.CompletedTask;

        public ValueTask Deliver(string linkId, IReadOnlyList<Command> commands)
        {
            foreach (var command in commands)
            {
                _handed.Enqueue(command);
            }

            return ValueTask.CompletedTask;
        }

        private async Task<Command?> NextAsync()
        {
            Command? next = null;
            for (var left = 40; left > 0 && !_handed.TryDequeue(out next); left--)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            return next;
        }
    }
}
