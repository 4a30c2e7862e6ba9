using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Secrets;

public sealed class SecretCheckerTests
{
    /// <summary>A check that takes far longer than any of these tests looks at it: the pool stays full.</summary>
    private static readonly string Endless = SecretScheme.HashChosen("secret", 4).Replace("$04$", "$13$", StringComparison.Ordinal);

    private static readonly string Chosen = SecretScheme.HashChosen("secret", 4);
    private static readonly string Generated = SecretScheme.HashGenerated("secret");
    private static readonly SignInSource Home = new("10.0.0.1", false);
    private static readonly SignInSource Crowded = new("10.0.0.1", true);
    private static readonly SignInSource Elsewhere = new("10.0.0.2", false);
    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string?> NotRight => new(null, Chosen, Generated);

    [Fact]
    public async Task Tells_right_from_wrong_in_either_scheme_and_nobody_from_anybody()
    {
        var checker = Checker();
        Assert.Equal(SecretVerdict.Right, await checker.Check("a", Chosen, "secret", Home));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check("a", Chosen, "wrong", Home));
        Assert.Equal(SecretVerdict.Right, await checker.Check("a", Generated, "secret", Home));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check("a", Generated, "wrong", Home));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check("a", null, "secret", Home));
        Assert.Equal(SecretVerdict.Wrong, await checker.Check("a", "unknown scheme", "secret", Home));
    }

    [Theory]
    [MemberData(nameof(NotRight))]
    public async Task Waiting_for_a_place_longer_than_the_patience_is_busy_for_a_known_id_and_an_unknown_one(string? credential)
    {
        var checker = Checker();
        var running = checker.Check("first", Endless, "secret", Home).AsTask();
        var waiting = checker.Check("second", credential, "a guess", Home).AsTask();
        Assert.Equal(1, checker.Waiting);
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(SecretVerdict.Busy, await waiting);
        Assert.Equal(0, checker.Waiting);
        await running;
        Assert.Equal(SecretVerdict.Right, await checker.Check("second", Chosen, "secret", Home));
    }

    [Theory]
    [MemberData(nameof(NotRight))]
    public async Task More_than_the_pool_lets_wait_are_busy_at_once_for_a_known_id_and_an_unknown_one(string? credential)
    {
        var checker = Checker(waiting: 1);
        var running = checker.Check("first", Endless, "secret", Home).AsTask();
        var waiting = checker.Check("second", Chosen, "secret", Home).AsTask();
        Assert.Equal(SecretVerdict.Busy, AtOnce(checker.Check("third", credential, "a guess", Home).AsTask()));
        await running;
        Assert.Equal(SecretVerdict.Right, await waiting);
    }

    [Fact]
    public async Task A_full_pool_keeps_no_generated_secret_waiting()
    {
        var checker = Checker();
        var running = checker.Check("first", Endless, "secret", Home).AsTask();
        Assert.Equal(SecretVerdict.Right, AtOnce(checker.Check("second", Generated, "secret", Home).AsTask()));
        await running;
    }

    [Theory]
    [MemberData(nameof(NotRight))]
    public async Task Guessing_ends_and_whoever_has_the_secret_gets_in(string? credential)
    {
        var checker = Checker(wrong: 3);
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal(SecretVerdict.Wrong, await checker.Check("lamp", credential, $"guess {guess}", Home));
        }

        // One more from that address, and then none for a while, whatever comes.
        Assert.Equal(SecretVerdict.Wrong, await checker.Check("lamp", credential, "guess 3", Home));
        for (var guess = 4; guess < 100; guess++)
        {
            Assert.Equal(SecretVerdict.TooMany, AtOnce(checker.Check("lamp", credential, $"guess {guess}", Home).AsTask()));
        }

        Assert.Equal(credential == Chosen ? SecretVerdict.Right : SecretVerdict.Wrong,
            await checker.Check("lamp", credential, credential == Chosen ? "secret" : "guess", Elsewhere));
        if (credential == Generated)
        {
            Assert.Equal(SecretVerdict.Right, AtOnce(checker.Check("lamp", credential, "secret", Home).AsTask()));
        }

        Assert.Equal(credential == Chosen ? SecretVerdict.Right : SecretVerdict.Wrong,
            await checker.Check("fan", credential, credential == Chosen ? "secret" : "guess", Home));
    }

    [Fact]
    public async Task A_right_secret_amid_a_thousand_wrong_ones_a_second_from_its_own_address_opens_within_30_seconds()
    {
        var checker = Checker(wrong: 10);
        var opened = false;
        var seconds = 0;
        for (; !opened && seconds < 30; seconds++)
        {
            for (var guess = 0; guess < 1_000; guess++)
            {
                await checker.Check("lamp", Chosen, $"guess {seconds} {guess}", Home);
                opened |= guess == 500 && seconds % 10 == 3 && await checker.Check("lamp", Chosen, "secret", Home) == SecretVerdict.Right;
            }

            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(opened);
    }

    [Fact]
    public async Task For_a_crowded_address_only_what_is_cheap_is_done_and_a_secret_that_comes_again()
    {
        var checker = Checker();
        Assert.Equal(SecretVerdict.Right, AtOnce(checker.Check("lamp", Generated, "secret", Crowded).AsTask()));
        Assert.Equal(SecretVerdict.TooMany, AtOnce(checker.Check("nobody", null, "secret", Crowded).AsTask()));
        Assert.Equal(SecretVerdict.TooMany, AtOnce(checker.Check("fan", Chosen, "secret", Crowded).AsTask()));
        Assert.Equal(SecretVerdict.TooMany, AtOnce(checker.Check("fan", Chosen, "secret", Crowded).AsTask()));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(SecretVerdict.Right, await checker.Check("fan", Chosen, "secret", Crowded));
        Assert.Equal(SecretVerdict.TooMany, AtOnce(checker.Check("fan", Chosen, "secret", Crowded).AsTask()));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(SecretVerdict.Right, await checker.Check("fan", Chosen, "secret", Crowded));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(11, 4)]
    [InlineData(11, 10)]
    [InlineData(11, 11)]
    [InlineData(11, 4, 9)]
    [InlineData(4, 4)]
    [InlineData(4)]
    public void A_wrong_secret_takes_as_many_rounds_whatever_is_stored(int own, params int[] stored) =>
        Assert.Equal(1 << own, stored.Concat(SecretChecker.Missing(stored.Select(cost => SecretScheme.WithCost("bcrypt:" + Chosen, cost)), own))
            .Sum(cost => 1 << cost));

    [Fact]
    public void What_takes_more_rounds_has_none_beside() => Assert.Empty(SecretChecker.Missing([Endless], 11));

    [Fact]
    public async Task A_hash_from_elsewhere_that_is_guessed_faster_than_ours_is_replaced()
    {
        var foreign = SecretScheme.OfForeign("$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e")!;
        Assert.Null((await Checker().Verify("lamp", [foreign], "correct horse", Home)).Better);
        var better = (await Checker(cost: 5).Verify("lamp", [foreign], "correct horse", Home)).Better!;
        Assert.Equal(5, SecretScheme.CostOf(better));
        Assert.True(SecretScheme.MatchesSlow(better, "correct horse"));
    }

    private static SecretVerdict AtOnce(Task<SecretVerdict> check)
    {
        Assert.True(check.IsCompletedSuccessfully);
        return check.Result;
    }

    private SecretChecker Checker(int waiting = 256, int wrong = 10, int cost = 4) => new(
        Options.Create(new SecretOptions { BcryptCost = cost, BcryptConcurrency = 1, BcryptWaiting = waiting, WrongSecretsMost = wrong }), _clock);
}
