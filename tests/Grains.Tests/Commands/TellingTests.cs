using System.Collections.Concurrent;
using Rollcall.Devices;
using Rollcall.Journal;
using static Rollcall.Commands.Asking;

namespace Rollcall.Commands;

/// <summary>Who is told what has become of a command.</summary>
public sealed class TellingTests
{
    [Fact]
    public async Task Who_waits_is_told_of_the_end_once_it_is_stored_also_by_an_earlier_key_and_after_a_doubt()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var calls = new Calls();
        var observer = roll.Grains.CreateObjectReference<ICommandObserver>(calls);
        var sent = await Send(device, "one", key: "k", waiter: new CommandWaiter(observer, "first"));
        await Send(device, "one", key: "k", waiter: new CommandWaiter(observer, "second"));
        await Say(device, sent, CommandStatus.Acknowledged);
        await roll.Turns();
        Assert.Empty(calls.Told);

        roll.Store.Fault = Fault.LostAfterCommit;
        Assert.Equal(Refusal.Unavailable, (await Say(device, sent, CommandStatus.Completed, "1")).Refusal);
        Assert.Empty(calls.Told);
        await roll.Recover(async () => (await Say(device, sent, CommandStatus.Completed, "1")).Refusal == Refusal.None);
        await Eventually.IsSoAsync(() => calls.Told.Count == 2);
        Assert.Equal(["first completed", "second completed"], calls.Told.Order());
        GC.KeepAlive(calls);
    }

    [Fact]
    public async Task Each_change_is_told_to_who_watches_once_it_is_stored()
    {
        await using var roll = await TwinCluster.Start();
        var device = await roll.Join("lamp");
        var ear = new Feed.RecordingFeedObserver();
        await roll.Grains.GetSubscriptions(TwinCluster.Customer).Join("gateway", roll.Grains.CreateObjectReference<Feed.IFeedObserver>(ear));
        var sent = await Send(device, "one");
        await Heard(CommandStatus.Queued);
        await device.Grain.MarkDelivered(null, [sent.Id]);
        await Heard(CommandStatus.Sent);
        await Say(device, sent, CommandStatus.Acknowledged);
        await Heard(CommandStatus.Acknowledged);
        await Say(device, sent, CommandStatus.Failed);
        await Heard(CommandStatus.Failed);
        GC.KeepAlive(ear);

        Task Heard(CommandStatus status) => Eventually.IsSoAsync(async () =>
        {
            await roll.Pass(0.05);
            return ear.Commands.LastOrDefault().Items is [.., { } last] && last.Command.Id == sent.Id && last.Command.Status == status
                && last.CustomerId == TwinCluster.Customer;
        }, step: Eventually.ShortestStep);
    }

    private sealed class Calls : ICommandObserver
    {
        public ConcurrentQueue<string> Told { get; } = new();

        public ValueTask Ended(string token, Command command)
        {
            Told.Enqueue($"{token} {WireNames.Of(command.Status)}");
            return ValueTask.CompletedTask;
        }
    }
}
