using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.Devices;
using static Rollcall.Commands.Asking;

namespace Rollcall.Commands;

/// <summary>What open commands may take of a silo's memory, and of one customer's room.</summary>
public sealed class CommandMemoryTests
{
    private const int Size = 16 * 1024;
    private static readonly string Large = "\"" + new string('x', Size - 2) + "\"";

    [Fact]
    public async Task A_backlog_is_handed_over_whole_although_no_more_than_the_cache_is_in_memory_also_after_a_loss_of_the_twin()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.CommandCacheBytes = 3 * 2 * Size);
        var device = await roll.Join("lamp");
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(Large, (await Ask(device, Large)).Command!.Parameters);
        }

        var services = roll.Cluster.Silos[0].ServiceProvider.GetRequiredService<TwinServices>();
        Assert.InRange(services.Parameters!.Bytes, 1, 3 * 2 * Size);
        Assert.Equal(8 * Size, services.CustomerCommands.BytesOf(TwinCluster.Customer));
        foreach (var lost in new[] { false, true })
        {
            if (lost)
            {
                await roll.Lose(device);
                await Eventually.IsSoAsync(() => services.CustomerCommands.BytesOf(TwinCluster.Customer) == 0);
            }

            var portion = (await device.Beat()).Commands;
            Assert.Equal([1L, 2, 3], portion.Select(command => command.Number));
            Assert.All(portion, command => Assert.Equal((Large, 0), (command.Parameters, command.Withheld)));
            Assert.InRange(services.Parameters.Bytes, 1, 3 * 2 * Size);
            Assert.Equal(8 * Size, services.CustomerCommands.BytesOf(TwinCluster.Customer));
        }
    }

    [Fact]
    public async Task A_page_of_large_commands_ends_early_and_the_next_goes_on()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        for (var i = 0; i < 40; i++)
        {
            await Ask(device, Large);
        }

        var seen = new List<long>();
        for (long? before = null; ;)
        {
            var page = await roll.Grains.GetFleet(TwinCluster.Customer).Commands(new CommandQuery("lamp", null, before, 200));
            Assert.InRange(page.Commands.Count, 1, 32);
            seen.AddRange(page.Commands.Select(command => command.Number));
            before = seen[^1];
            if (!page.More)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number).Reverse(), seen);
    }

    [Fact]
    public async Task Whoever_watches_or_takes_one_back_gets_it_whole()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.CommandCacheBytes = 0);
        var device = await roll.Join("lamp");
        var ear = new Feed.RecordingFeedObserver();
        await roll.Grains.GetSubscriptions(TwinCluster.Customer).Join("gateway", roll.Grains.CreateObjectReference<Feed.IFeedObserver>(ear));
        var sent = (await Ask(device, "[1]")).Command!;
        await device.Grain.MarkDelivered(null, [sent.Id]);
        Assert.Equal("[1]", (await device.Grain.Cancel(TwinCluster.Customer, sent.Id)).Command!.Parameters);
        await Eventually.IsSoAsync(async () =>
        {
            await roll.Pass(0.05);
            return ear.Commands.LastOrDefault().Items is [.., { Command: { Status: CommandStatus.Cancelled, Parameters: "[1]", Withheld: 0 } }];
        }, step: Eventually.ShortestStep);
        GC.KeepAlive(ear);
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_to_be_missed_and_the_command_comes_with_a_later_beat()
    {
        await using var roll = await TwinCluster.Start(change: settings => settings.Devices.CommandCacheBytes = 0);
        var device = await roll.Join("lamp");
        var ear = new Feed.RecordingFeedObserver();
        var sent = (await Ask(device, "[1]")).Command!;
        await roll.Grains.GetSubscriptions(TwinCluster.Customer).Join("gateway", roll.Grains.CreateObjectReference<Feed.IFeedObserver>(ear));
        roll.CommandsAreSilent = true;
        var telling = device.Grain.MarkDelivered(null, [sent.Id]).AsTask();
        await Eventually.IsSoAsync(() =>
        {
            // No turn of the twin comes in between: it waits for the store, and not for ever.
            roll.Clock.Advance(TimeSpan.FromSeconds(0.5));
            return Task.FromResult(telling.IsCompleted && ear.Commands.Any(told => told.Missed));
        }, step: Eventually.ShortestStep);
        roll.CommandsAreSilent = false;
        Assert.Equal("[1]", Assert.Single((await device.Beat()).Commands).Parameters);
        Assert.Equal(CommandStatus.Sent, (await Read(roll, sent)).Status);
        GC.KeepAlive(ear);
    }

    [Fact]
    public async Task A_device_and_all_of_a_customer_have_room_for_so_many_bytes_and_what_ends_makes_room()
    {
        await using var roll = await TwinCluster.Start(
            change: settings => (settings.Devices.CommandBytes, settings.Devices.CommandCustomerBytes) = (2 * Size, 3 * Size));
        var (lamp, door) = (await roll.Join("lamp"), await roll.Join("door"));
        var first = (await Ask(lamp, Large)).Command!;
        await Ask(lamp, Large);
        Assert.Equal(new CommandReply(Refusal.QuotaExceeded, null, new CommandLimit(CommandBound.DeviceBytes, 2 * Size)), await Ask(lamp, "1"));
        await Ask(door, Large);
        Assert.Equal(new CommandReply(Refusal.QuotaExceeded, null, new CommandLimit(CommandBound.CustomerBytes, 3 * Size)), await Ask(door, "1"));
        Assert.Equal(Refusal.None, (await Ask(door, null)).Refusal);
        Assert.Equal(Refusal.None, (await Say(lamp, first, CommandStatus.Completed)).Refusal);
        Assert.Equal(Refusal.None, (await Ask(door, "1")).Refusal);
        Assert.Equal(Refusal.None, await lamp.Grain.Delete(TwinCluster.Customer));
        Assert.Equal(Refusal.None, (await Ask(door, "\"" + new string('x', 1_000) + "\"")).Refusal);
    }

    private static async Task<CommandReply> Ask(GrainDevice device, string? parameters) => await device.Grain.Send(
        TwinCluster.Customer, new NewCommand("blink", parameters, TimeSpan.FromHours(1), "owner", Guid.NewGuid().ToString("N"), MayBeKnown: false));
}
