namespace Rollcall.Secrets;

public sealed class RecentHashesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Counts_within_its_time_from_the_first()
    {
        var recent = new RecentHashes(64, Minute);
        var lamp = RecentHashes.Of("lamp");
        recent.Add(lamp, TimeSpan.FromSeconds(1));
        recent.Add(lamp, TimeSpan.FromSeconds(60));
        Assert.Equal((2, TimeSpan.FromSeconds(1)), recent.Look(lamp, TimeSpan.FromSeconds(60.9)));
        Assert.Equal(0, recent.Look(lamp, TimeSpan.FromSeconds(61)).Times);
        recent.Add(lamp, TimeSpan.FromSeconds(62));
        Assert.Equal(1, recent.Look(lamp, TimeSpan.FromSeconds(62)).Times);
        recent.Forget(lamp, TimeSpan.FromSeconds(62));
        Assert.Equal(0, recent.Look(lamp, TimeSpan.FromSeconds(62)).Times);
    }

    [Fact]
    public void A_million_others_take_no_more_room_and_the_newest_is_known()
    {
        var recent = new RecentHashes(64, Minute);
        for (var number = 0; number < 1_000_000; number++)
        {
            recent.Add(Some(number), TimeSpan.FromTicks(number));
        }

        Assert.Equal(1, recent.Look(Some(999_999), TimeSpan.FromSeconds(1)).Times);
        Assert.InRange(Enumerable.Range(0, 1_000_000).Count(number => recent.Look(Some(number), TimeSpan.FromSeconds(1)).Times > 0), 1, 64);
    }

    [Fact]
    public void Texts_do_not_run_together() => Assert.NotEqual(RecentHashes.Of("a", "bc"), RecentHashes.Of("ab", "c"));

    private static ulong Some(int number) => unchecked((ulong)number * 0x9E3779B97F4A7C15);
}
