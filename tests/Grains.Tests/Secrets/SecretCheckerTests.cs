using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Secrets;

public sealed class SecretCheckerTests
{
    /// <summary>A check that takes far longer than any of these tests looks at it: the pool stays full.</summary>
    private static readonly string Endless = SecretScheme.HashChosen("secret", 4).Replace("$04$", "$13$", StringComparison.Ordinal);

    private static readonly string Chosen = SecretScheme.HashChosen("secret", 4);
    private static readonly string Generated = SecretScheme.HashGenerated("secret");
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Tells_right_from_wrong_in_either_scheme_and_nobody_from_anybody()
    {
        using var checker = Checker();
        Assert.Equal(SecretVerdict.Right, await checker.Check(Chosen, "secret"));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check(Chosen, "wrong"));
        Assert.Equal(SecretVerdict.Right, await checker.Check(Generated, "secret"));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check(Generated, "wrong"));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check(null, "secret"));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check("unknown scheme", "secret"));
    }

    [Fact]
    public async Task Waiting_for_a_place_longer_than_the_patience_is_busy()
    {
        using var checker = Checker();
        var running = checker.Check(Endless, "secret").AsTask();
        var waiting = checker.Check(Chosen, "secret").AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(SecretVerdict.Busy, await waiting);
        await running;
        Assert.Equal(SecretVerdict.Right, await checker.Check(Chosen, "secret"));
    }

    [Fact]
    public async Task More_than_the_pool_lets_wait_are_busy_at_once()
    {
        using var checker = Checker(waiting: 1);
        var running = checker.Check(Endless, "secret").AsTask();
        var waiting = checker.Check(Chosen, "secret").AsTask();
        Assert.Equal(SecretVerdict.Busy, AtOnce(checker.Check(Chosen, "secret").AsTask()));
        await running;
        Assert.Equal(SecretVerdict.Right, await waiting);
    }

    [Fact]
    public async Task A_full_pool_keeps_neither_guesses_nor_generated_secrets_waiting()
    {
        using var checker = Checker();
        var running = checker.Check(Endless, "secret").AsTask();
        Assert.Equal(SecretVerdict.Wrong, AtOnce(checker.Check(null, "guess").AsTask()));
        Assert.True(checker.Dummy("guess").AsTask().IsCompletedSuccessfully);
        Assert.Equal(SecretVerdict.Right, AtOnce(checker.Check(Generated, "secret").AsTask()));
        await running;
    }

    private static SecretVerdict AtOnce(Task<SecretVerdict> check)
    {
        Assert.True(check.IsCompletedSuccessfully);
        return check.Result;
    }

    private SecretChecker Checker(int waiting = 256) => new(
        Options.Create(new SecretOptions { BcryptCost = 4, BcryptConcurrency = 1, BcryptWaiting = waiting }), _clock);
}
