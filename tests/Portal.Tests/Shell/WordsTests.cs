using Rollcall.Portal.Fleet;
using Rollcall.Portal.Shell;
using Rollcall.Portal.Tests.Fleet;

namespace Rollcall.Portal.Tests.Shell;

public sealed class WordsTests
{
    [Theory]
    [InlineData(-3, "just now")]
    [InlineData(1, "just now")]
    [InlineData(12, "12 s ago")]
    [InlineData(119, "1 min ago")]
    [InlineData(7200, "2 h ago")]
    [InlineData(864000, "10 d ago")]
    public void Past_is_told_in_the_largest_unit(int seconds, string words) => Assert.Equal(words, Ago.Of(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Screen_reader_hears_one_sentence_for_many()
    {
        var few = Announcer.Sentence([Some.Device("a", "offline"), Some.Device("b", "offline"), Some.Device("c")]);
        var many = Announcer.Sentence([.. Enumerable.Range(0, 400).Select(number => Some.Device($"d{number}", "offline"))]);

        Assert.Equal("a, b are offline. c is online.", few);
        Assert.Equal("400 devices are offline.", many);
    }

    [Theory]
    [InlineData("fan speed", "fan speed")]
    [InlineData("", "(no name)")]
    [InlineData("a\0b\u202Ec\n", "a\uFFFDb\uFFFDc\uFFFD")]
    public void A_metrics_name_that_was_refused_is_shown_whatever_it_is(string name, string shown) => Assert.Equal(shown, Words.MetricName(name));

    [Fact]
    public void Unknown_words_are_shown_as_they_come()
    {
        var device = Some.Device("a", "asleep") with { Reason = "moon_phase" };

        Assert.Equal(("asleep", "moon phase"), (Words.Status(device), Words.Reason(device.Reason)));
    }
}
