using System.Text.Json;
using Rollcall.Portal.Commands;

namespace Rollcall.Portal.Tests.Commands;

public sealed class CommandDraftTests
{
    private readonly CommandDraft _draft = new() { Name = "ping", Parameters = " {\"n\": 1e300, \"s\": \"ü\"}\n", TtlSeconds = 60 };

    [Fact]
    public void Parameters_are_sent_to_the_letter_and_none_are_left_out()
    {
        Assert.Equal("""{"command":"ping","ttlSeconds":60,"parameters":{"n": 1e300, "s": "ü"}}""", _draft.ToSend().Body);
        _draft.Parameters = " \n";
        Assert.Equal("""{"command":"ping","ttlSeconds":60}""", _draft.ToSend().Body);
    }

    [Fact]
    public void Sent_again_without_an_answer_it_is_the_same_command()
    {
        var first = _draft.ToSend();
        Assert.Equal(first, _draft.ToSend());
        Assert.Equal(32, first.Key.Length);
    }

    [Fact]
    public void Changed_or_committed_it_is_another_one()
    {
        var first = _draft.ToSend();
        _draft.TtlSeconds = 600;
        var second = _draft.ToSend();
        Assert.NotEqual(first.Key, second.Key);

        _draft.Committed(second.Body);
        Assert.Equal(("", ""), (_draft.Name, _draft.Parameters));
        (_draft.Name, _draft.Parameters) = ("ping", " {\"n\": 1e300, \"s\": \"ü\"}\n");
        var third = _draft.ToSend();
        Assert.Equal(second.Body, third.Body);
        Assert.NotEqual(second.Key, third.Key);
    }

    [Fact]
    public void What_is_typed_while_it_is_on_its_way_stays()
    {
        var (body, _) = _draft.ToSend();
        _draft.Name = "next";
        _draft.Committed(body);
        Assert.Equal("next", _draft.Name);
    }

    [Fact]
    public void The_same_once_more_has_its_name_parameters_and_time_and_another_key()
    {
        var first = _draft.ToSend();
        _draft.Fill(Given.Command(1, "completed", """{"n":1e300,"s":"\u00fc"}""", ttl: 45));

        Assert.Equal(("ping", "{\n  \"n\": 1e300,\n  \"s\": \"ü\"\n}", 45), (_draft.Name, _draft.Parameters, _draft.TtlSeconds));
        Assert.NotEqual(first.Key, _draft.ToSend().Key);
        _draft.Fill(Given.Command(1));
        Assert.Equal("", _draft.Parameters);
    }

    [Fact]
    public void Parameters_that_would_be_too_large_when_indented_are_filled_in_as_they_are()
    {
        var dense = "[" + string.Join(',', Enumerable.Repeat("1", 8_000)) + "]";
        _draft.Fill(Given.Command(1, parameters: dense));

        Assert.Equal(dense, _draft.Parameters);
        Assert.Null(_draft.Mistake);
    }

    [Fact]
    public void Time_to_live_can_be_chosen_sensibly_and_one_from_elsewhere_stays()
    {
        Assert.Equal(["1 minute", "10 minutes", "1 hour", "1 day", "7 days"], TimeToLive.Choices(TimeToLive.Usual).Select(TimeToLive.Words));
        Assert.Equal(["45 s", "1 minute"], TimeToLive.Choices(45).Take(2).Select(TimeToLive.Words));
        Assert.Contains("1 h 30 min", TimeToLive.Choices(5_400).Select(TimeToLive.Words));
    }

    [Fact]
    public void What_cannot_be_made_readable_is_shown_as_it_came() =>
        Assert.Equal("""["\ud800"]""", ReadableJson.Of(JsonElement.Parse("""["\ud800"]""")));
}
