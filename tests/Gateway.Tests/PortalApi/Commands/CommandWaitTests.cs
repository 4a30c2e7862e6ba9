using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.PortalApi.Commands;

/// <summary>Who may wait for the end of a command.</summary>
public sealed class CommandWaitTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    [InlineData(1, 1)]
    public async Task One_customer_has_half_of_the_places_so_that_another_finds_one(int places, int half)
    {
        var wait = Wait(places);
        var acme = Enumerable.Range(0, half).Select(_ => new WaitingCaller(wait, "acme")).ToArray();
        Assert.All(acme, caller => Assert.NotNull(caller.Waiter));
        var oneMore = new WaitingCaller(wait, "acme");
        Assert.Null(oneMore.Waiter);
        Assert.Equal(CommandStatus.Queued, (await oneMore.Answer).Command!.Status);

        var others = Enumerable.Range(0, places - half).Select(number => new WaitingCaller(wait, $"other-{number}")).ToArray();
        Assert.All(others, caller => Assert.NotNull(caller.Waiter));
        Assert.Null(new WaitingCaller(wait, "late").Waiter);
        Assert.All(acme.Concat(others), caller => Assert.False(caller.Answer.IsCompleted));

        // A place that was left is found again; one that was never had is not given back.
        await acme[0].EndAsync(wait);
        var next = new WaitingCaller(wait, "acme");
        Assert.NotNull(next.Waiter);
        Assert.Null(new WaitingCaller(wait, "acme").Waiter);
        await Task.WhenAll([.. acme[1..].Append(next).Concat(others).Select(caller => caller.EndAsync(wait))]);
        Assert.NotNull(new WaitingCaller(wait, "late").Waiter);
    }

    private CommandWait Wait(int places) => new(
        DispatchProxy.Create<IGrainFactory, NoGrains>(),
        new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection([new("COMMAND_WAITS", $"{places}")]).Build()),
        new Running(), _clock);

    /// <summary>A gateway that does not stop.</summary>
    private sealed class Running : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }

    /// <summary>Gives no references; nothing is asked of grains while the clock stands.</summary>
    public class NoGrains : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }

    private static Command Sent(CommandStatus status) => new(
        "c-1", "lamp", 1, "blink", null, status, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, null, null, null, null, null,
        Late: false, "owner");

    private sealed class WaitingCaller
    {
        public WaitingCaller(CommandWait wait, string customer) => Answer = wait.UntilEndedAsync(
            customer,
            waiter =>
            {
                Waiter = waiter;
                return Task.FromResult(new CommandReply(Refusal.None, Sent(CommandStatus.Queued)));
            },
            Most, CancellationToken.None);

        public CommandWaiter? Waiter { get; private set; }

        public Task<CommandReply> Answer { get; }

        public async Task EndAsync(CommandWait wait)
        {
            await wait.Ended(Waiter!.Token, Sent(CommandStatus.Completed));
            Assert.Equal(CommandStatus.Completed, (await Answer).Command!.Status);
        }
    }
}
