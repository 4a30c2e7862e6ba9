using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Tests.Beats;

public sealed class RenewableTokenTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Renewal_falls_anywhere_in_70_to_90_percent()
    {
        var random = new Random(3);
        var ages = Enumerable.Range(0, 1_000).Select(_ => RenewableToken.Begin("t", 1_000, _clock, random).RenewAfter.TotalSeconds).ToList();
        Assert.All(ages, age => Assert.InRange(age, 700, 900));
        Assert.InRange(ages.Min(), 700, 705);
        Assert.InRange(ages.Max(), 895, 900);
    }

    [Theory]
    [InlineData(0, 700, 900)]
    [InlineData(600, 100, 300)]
    [InlineData(5_000, 0, 0)]
    [InlineData(-5_000, 700, 900)]
    public void A_resumed_session_is_renewed_in_what_is_left(double age, double least, double most)
    {
        var stored = new StoredSession("d", "http://x/", "t", _clock.GetUtcNow() - TimeSpan.FromSeconds(age), 1_000);
        Assert.InRange(RenewableToken.Resume(stored, _clock, new Random(1)).RenewAfter.TotalSeconds, least, most);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_life_that_makes_no_sense_counts_as_a_week(double? life) =>
        Assert.InRange(RenewableToken.Begin("t", life, _clock, new Random(1)).RenewAfter.TotalDays, 4.9, 6.3);
}
