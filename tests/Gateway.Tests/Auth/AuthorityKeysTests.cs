using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Rollcall.Measuring;
using Rollcall.Running;
using Rollcall.Support.Measuring;

namespace Rollcall.Auth;

public sealed class AuthorityKeysTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private static readonly SecurityKey One = FakeAuthority.NewKey("one");
    private static readonly SecurityKey Two = FakeAuthority.NewKey("two");
    private readonly FakeAuthority _authority = new() { Signing = [One] };

    private AuthorityKeys Keys => _authority.Keys;

    [Fact]
    public async Task One_fetch_serves_all_who_wait_for_the_first_keys()
    {
        _authority.Slow = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, 100).Select(_ => Current()).ToArray();
        await Asked(1);
        _authority.Slow.SetResult();
        Assert.All(await Task.WhenAll(waiting), metadata => Assert.True(metadata!.Names("one")));
        Assert.Equal(1, _authority.Asked);
    }

    [Fact]
    public async Task Keys_of_ten_minutes_are_fetched_again_while_they_serve_and_a_withdrawn_one_is_gone()
    {
        Assert.NotNull(await Current());
        _authority.Signing = [Two];
        _authority.Clock.Advance(AuthorityKeys.Fresh - TimeSpan.FromSeconds(1));
        Assert.True((await Current())!.Names("one"));
        Assert.Equal(1, _authority.Asked);
        _authority.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await Current());
        var now = await Eventually.GetAsync(Current, metadata => metadata!.Names("two"));
        Assert.False(now!.Names("one"));
        Assert.Equal(2, _authority.Asked);
    }

    [Fact]
    public async Task Who_comes_after_hours_in_which_nobody_did_is_not_judged_by_keys_of_before()
    {
        Assert.NotNull(await Current());
        _authority.Signing = [Two];
        _authority.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.False((await Current())!.Names("one"));
    }

    [Fact]
    public async Task While_the_authority_is_away_keys_are_kept_for_an_hour_and_then_nobody_knows()
    {
        Assert.NotNull(await Current());
        _authority.Fault = new HttpRequestException("refused");
        for (var minutes = 0; minutes < 58; minutes += 2)
        {
            _authority.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.True((await Current())!.Names("one"), $"after {minutes + 2} minutes");
            await Eventually.GetAsync(() => Keys.IsFetching, fetching => !fetching);
        }

        _authority.Clock.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));
        Assert.Null(await Current());
        _authority.Fault = null;
        _authority.Clock.Advance(AuthorityKeys.Pause);
        Assert.NotNull(await Current());
    }

    [Fact]
    public async Task An_authority_that_is_away_can_be_seen_by_the_age_of_its_keys_and_the_fetches_that_failed()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        AuthorityMeter.Observe(Keys, meters);
        using var heard = new Instruments(meters);

        // Before there were any they count as too old, so that it is seen at once.
        Assert.Equal(AuthorityKeys.Kept.TotalSeconds, heard.Now("rollcall.authority.keys.age"));
        Assert.NotNull(await Current());
        Assert.Equal((0.0, 0.0), (heard.Now("rollcall.authority.keys.age"), heard.Now("rollcall.authority.failures")));

        _authority.Fault = new HttpRequestException("refused");
        _authority.Clock.Advance(TimeSpan.FromMinutes(20));
        for (var failures = 1; failures <= 3; failures++)
        {
            Assert.NotNull(await Current());
            await Eventually.GetAsync(() => heard.Now("rollcall.authority.failures"), seen => seen == failures);
            _authority.Clock.Advance(AuthorityKeys.Pause);
        }

        Assert.Equal(1_230, heard.Now("rollcall.authority.keys.age"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_authority_that_has_no_key_left_is_believed_and_one_that_says_nothing_of_keys_is_not(bool said)
    {
        Assert.NotNull(await Current());
        (_authority.Signing, _authority.HasKeySet) = ([], said);
        _authority.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(said, await Current() is null);
    }

    [Fact]
    public async Task A_failed_fetch_is_not_repeated_by_each_who_asks_and_it_is_said_when()
    {
        _authority.Fault = new InvalidDataException("<html>");
        Assert.Null(await Current());
        foreach (var _ in Enumerable.Range(0, 50))
        {
            Assert.Null(await Current());
            Assert.Null(await Renewed("two"));
        }

        Assert.Equal(1, _authority.Asked);
        Assert.Equal(2, Keys.RetryAfter);
        _authority.Clock.Advance(AuthorityKeys.Retry);
        Assert.Null(await Current());
        Assert.Equal(2, _authority.Asked);
    }

    [Fact]
    public async Task Whoever_brings_an_unknown_key_is_judged_by_keys_that_were_fetched_after_it_came()
    {
        Assert.NotNull(await Current());
        _authority.Slow = new TaskCompletionSource();
        var before = Renewed("two");
        await Asked(2);
        var during = Renewed("two");
        _authority.Signing = [One, Two];
        _authority.Slow.SetResult();
        Assert.True((await before)!.Names("two"));
        Assert.True((await during)!.Names("two"));
    }

    [Fact]
    public async Task A_stranger_makes_a_bounded_number_of_fetches_and_the_right_one_waits_for_the_next_at_most()
    {
        Assert.NotNull(await Current());
        for (var stranger = 2; stranger <= AuthorityKeys.AtOnce; stranger++)
        {
            Assert.False((await Renewed("stranger"))!.Names("stranger"));
        }

        Assert.Equal(AuthorityKeys.AtOnce, _authority.Asked);
        var strangers = Enumerable.Range(0, 100).Select(_ => Renewed("stranger")).ToArray();
        _authority.Signing = [Two];
        var right = Renewed("two");
        Assert.All(strangers.Append(right), waiting => Assert.False(waiting.IsCompleted));
        Assert.True((await Current())!.Names("one"));

        _authority.Clock.Advance(AuthorityKeys.Pause);
        Assert.True((await right.WaitAsync(Soon))!.Names("two"));
        Assert.All(await Task.WhenAll(strangers).WaitAsync(Soon), metadata => Assert.True(metadata!.Names("two")));
        Assert.Equal(AuthorityKeys.AtOnce + 1, _authority.Asked);
    }

    [Fact]
    public async Task Only_so_many_wait_with_unknown_keys_and_none_of_them_waits_longer_than_a_fetch_may_take()
    {
        Assert.NotNull(await Current());
        _authority.Slow = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, AuthorityKeys.MostUnknown).Select(_ => Renewed("two")).ToArray();
        await Asked(2);
        Assert.Null(await Renewed("two"));
        Assert.True((await Current())!.Names("one"));
        _authority.Clock.Advance(AuthorityKeys.Timeout);
        Assert.All(await Task.WhenAll(waiting).WaitAsync(Soon), Assert.Null);
        Assert.Equal(2, _authority.Asked);
        Assert.True((await Current())!.Names("one"));
    }

    private Task<AuthorityMetadata?> Current() => Keys.CurrentAsync().AsTask();

    private Task<AuthorityMetadata?> Renewed(string key) => Keys.RenewedAsync(metadata => metadata.Names(key)).AsTask();

    private async Task Asked(int times) => await Eventually.GetAsync(() => _authority.Asked, asked => asked == times);
}
