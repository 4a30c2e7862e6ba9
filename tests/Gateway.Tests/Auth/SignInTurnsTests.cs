using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rollcall.Auth;

/// <summary>Sign-ins of one address beyond its rate: who is served, who waits, who is refused.</summary>
public sealed class SignInTurnsTests : IDisposable
{
    private const int AtATime = 2;
    private const int MostWaiting = 4_096;
    private readonly SignInTurns _turns = new(
        new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection([new("AUTH_RATE", "1"), new("AUTH_BURST", "1")]).Build()),
        NullLogger<SignInTurns>.Instance);

    public void Dispose() => _turns.Dispose();

    [Fact]
    public async Task Two_are_served_4_096_wait_in_order_and_one_more_is_refused()
    {
        List<Task<SignInTurn>> beyond = [];
        while (beyond.Count < AtATime + MostWaiting)
        {
            // The rate goes on in real time: who comes within it is not meant.
            var turn = EnterAsync("192.0.2.1");
            if (!turn.IsCompleted || Now(turn).Sparingly)
            {
                beyond.Add(turn);
            }
        }

        Assert.All(beyond[..AtATime], turn => Assert.True(turn.IsCompletedSuccessfully && !Now(turn).IsRefused));
        Assert.All(beyond[AtATime..], turn => Assert.False(turn.IsCompleted));
        Assert.True((await BeyondAsync("192.0.2.1")).IsRefused);

        // Another address has places of its own.
        Assert.False((await BeyondAsync("192.0.2.2")).IsRefused);

        // Who leaves makes room for the one that has waited longest, and for one more to wait.
        (await beyond[0]).Dispose();
        Assert.False((await beyond[AtATime]).IsRefused);
        Assert.False(beyond[AtATime + 1].IsCompleted);
        var last = EnterAsync("192.0.2.1");
        Assert.False(last.IsCompleted && Now(last).Sparingly);
    }

    [Fact]
    public async Task One_that_is_gone_does_not_wait()
    {
        var held = new[] { await BeyondAsync("192.0.2.1"), await BeyondAsync("192.0.2.1") };
        using var gone = new CancellationTokenSource();
        var waiting = Task.Run(() => BeyondAsync("192.0.2.1", gone.Token));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held[0].Dispose();
        Assert.False((await BeyondAsync("192.0.2.1")).IsRefused);
    }

    private static SignInTurn Now(Task<SignInTurn> turn) => turn.GetAwaiter().GetResult();

    /// <summary>The first that comes beyond the rate.</summary>
    private async Task<SignInTurn> BeyondAsync(string address, CancellationToken gone = default)
    {
        while (true)
        {
            var turn = await EnterAsync(address, gone);
            if (turn.Sparingly)
            {
                return turn;
            }
        }
    }

    private Task<SignInTurn> EnterAsync(string address, CancellationToken gone = default) => _turns.EnterAsync(
        new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) }, RequestAborted = gone }).AsTask();
}
