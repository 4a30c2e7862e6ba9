using Microsoft.Extensions.Time.Testing;

namespace Rollcall.Secrets;

public sealed class WrongSecretsTests
{
    private const ulong Device = 7;
    private static readonly SignInSource Address = new("192.0.2.1", Sparingly: false);
    private readonly FakeTimeProvider _clock = new();

    /// <summary>A thousand guesses a second, from the right one's own address, none of them twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_right_one_that_was_turned_away_is_known_when_it_comes_again_however_many_guesses_came_meanwhile(bool admittedInVain)
    {
        var wrong = new WrongSecrets(10, _clock);
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.True(wrong.Admits(Device, $"early {guess}", Address));
            wrong.Add(Device);
        }

        Assert.True(wrong.IsGuessed(Device));
        Assert.False(wrong.IsGuessed(Device + 1));
        Assert.True(wrong.Admits(Device, "one in a minute", Address));
        Assert.False(wrong.Admits(Device, "right", Address));
        if (admittedInVain)
        {
            wrong.GiveBack(Device, "right", Address);
        }

        for (var second = 0; second < 10; second++)
        {
            for (var guess = 0; guess < 1_000; guess++)
            {
                Assert.False(wrong.Admits(Device, $"guess {second} {guess}", Address));
            }

            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(wrong.Admits(Device, "right", Address));
    }
}
