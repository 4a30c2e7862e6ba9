namespace Rollcall.Devices.Presence;

public sealed class FlapsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_seventh_transition_within_an_hour_is_flapping_since_the_first_of_them()
    {
        var flaps = After([0, 1, 2, 3, 4, 5]);
        Assert.Null(flaps.Shown);
        Assert.Equal(new Flapping(7, Noon), flaps.With(At(59.9)).Shown);
        Assert.Null(flaps.With(At(60)).Shown);
    }

    [Fact]
    public void Fewer_than_three_within_an_hour_are_none()
    {
        var flaps = After([0, 1, 2, 3, 4, 5, 6]);
        Assert.Equal(At(64), flaps.CalmAt);
        Assert.False(Flaps.IsOver(At(64), At(63.9)));
        Assert.True(Flaps.IsOver(At(64), At(64)));
        Assert.Null(flaps.Calm().Shown);

        Assert.Equal(new Flapping(3, Noon), flaps.With(At(64.9)).Shown);
        Assert.Null(flaps.With(At(66)).Shown);
    }

    [Fact]
    public void Calm_is_not_forgotten_by_the_next_transition() =>
        Assert.Null(After([0, 1, 2, 3, 4, 5, 6]).Calm().With(At(100)).Shown);

    [Fact]
    public void A_row_keeps_sixty_in_few_characters()
    {
        var flaps = After([.. Enumerable.Range(0, 500).Select(number => number / 60.0)]);
        Assert.Equal(Flaps.Most, flaps.Changes);
        Assert.Equal(new Flapping(60, Noon), flaps.Shown);
        Assert.InRange(flaps.Recent!.Length, 60, 200);
        Assert.Equal(flaps, Flaps.Of(flaps.Recent, flaps.Since));
    }

    [Fact]
    public void Times_of_a_clock_that_was_ahead_end_it()
    {
        var flaps = After([600, 601, 602, 603, 604, 605, 606]);
        Assert.True(Flaps.IsOver(flaps.CalmAt!.Value, Noon));
        Assert.Equal(1, flaps.With(At(1)).Changes);
    }

    private static Flaps After(double[] minutes) => minutes.Aggregate(Flaps.None, (flaps, minute) => flaps.With(At(minute)));

    private static DateTimeOffset At(double minutes) => Noon.AddMinutes(minutes);
}
