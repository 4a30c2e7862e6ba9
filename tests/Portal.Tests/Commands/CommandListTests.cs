using Rollcall.Portal.Commands;

namespace Rollcall.Portal.Tests.Commands;

public sealed class CommandListTests
{
    private static readonly CommandFilter Completed = CommandFilter.Choices.Single(choice => choice.Word == "Completed");

    [Fact]
    public void Pages_follow_each_other_newest_first_until_the_last()
    {
        var list = new CommandList(CommandFilter.Any);
        Assert.False(list.Loaded);
        Assert.Equal([(null, null)], list.Due.Select(part => (part.Status, part.Cursor)));
        list.Answer(Given.Page("p2", Given.Command(12), Given.Command(11)));
        Assert.Equal([(null, "p2")], list.Due.Select(part => (part.Status, part.Cursor)));
        Assert.True(list.HasEarlier);
        list.Answer(Given.Page(null, Given.Command(10)));

        Assert.Equal([12, 11, 10], list.Numbers());
        Assert.False(list.HasEarlier);
        Assert.Empty(list.Due);
    }

    [Fact]
    public void Open_ones_are_three_lists_of_the_server_and_shown_only_as_far_as_all_three_are_known()
    {
        var list = new CommandList(CommandFilter.Open);
        Assert.Equal(["queued", "sent", "acknowledged"], list.Due.Select(part => part.Status));
        list.Answer(
            Given.Page("q2", Given.Command(19), Given.Command(18)),
            Given.Page("s2", Given.Command(17, "sent"), Given.Command(5, "sent")),
            Given.Page(null, Given.Command(16, "acknowledged")));
        Assert.Equal([19, 18], list.Numbers());

        Assert.Equal([("queued", "q2")], list.Due.Select(part => (part.Status, part.Cursor)));
        list.Answer(Given.Page(null, Given.Command(15)));
        Assert.Equal([19, 18, 17, 16, 15, 5], list.Numbers());
        Assert.Equal(["sent"], list.Due.Select(part => part.Status));
    }

    [Fact]
    public void A_command_that_goes_on_between_two_of_the_three_answers_is_shown_once_and_as_it_is_now()
    {
        var list = new CommandList(CommandFilter.Open);
        list.Answer(Given.Page(null, Given.Command(1)), Given.Page(null, Given.Command(1, "sent")), Given.Page(null));

        Assert.Equal("sent", Assert.Single(list.Rows).Status);
    }

    [Fact]
    public void What_comes_live_before_the_answer_is_not_overwritten_by_it()
    {
        var list = new CommandList(CommandFilter.Any);
        list.Apply(Given.Command(2, "completed"));
        Assert.Empty(list.Rows);
        list.Answer(Given.Page(null, Given.Command(2, "sent"), Given.Command(1)));

        Assert.Equal(["completed", "queued"], list.Rows.Select(command => command.Status));
    }

    [Theory]
    [InlineData("queued", false, "sent", false, true)]
    [InlineData("sent", false, "queued", false, false)]
    [InlineData("acknowledged", false, "cancelled", false, true)]
    [InlineData("completed", false, "acknowledged", false, false)]
    [InlineData("expired", false, "expired", true, true)]
    [InlineData("expired", true, "expired", false, false)]
    [InlineData("expired", true, "sent", false, false)]
    [InlineData("sent", false, "a state to come", false, true)]
    public void A_newer_version_takes_the_place_of_an_older_one_and_never_the_other_way(
        string known, bool knownLate, string told, bool toldLate, bool taken)
    {
        var list = Loaded(Given.Command(1, known, late: knownLate));
        list.Apply(Given.Command(1, told, late: toldLate));

        Assert.Equal(taken ? (told, toldLate) : (known, knownLate), (list.Rows[0].Status, list.Rows[0].Late));
    }

    [Fact]
    public void Whatever_order_the_versions_come_in_the_newest_remains()
    {
        const int Seed = 20260105;
        var random = new Random(Seed);
        Command[] history = [Given.Command(1), Given.Command(1, "sent"), Given.Command(1, "acknowledged"), Given.Command(1, "expired"),
            Given.Command(1, "expired", late: true)];
        for (var round = 0; round < 200; round++)
        {
            var list = Loaded();
            var told = 0;
            foreach (var version in history.OrderBy(_ => random.Next()))
            {
                told += list.Apply(version) ? 1 : 0;
            }

            Assert.Equal(("expired", true), (list.Rows[0].Status, list.Rows[0].Late));
            Assert.InRange(told, 1, 2);
        }
    }

    [Fact]
    public void An_end_is_told_once_and_a_late_result_once_more()
    {
        var list = Loaded(Given.Command(1));
        Assert.False(list.Apply(Given.Command(1, "sent")));
        Assert.True(list.Apply(Given.Command(1, "expired")));
        Assert.False(list.Apply(Given.Command(1, "expired")));
        Assert.True(list.Apply(Given.Command(1, "expired", late: true)));
        Assert.True(list.Apply(Given.Command(2, "completed")));
        Assert.False(list.Apply(Given.Command(2, "acknowledged")));
    }

    [Fact]
    public void A_command_enters_and_leaves_the_filter_as_it_goes_on()
    {
        var open = new CommandList(CommandFilter.Open);
        open.Answer(Given.Page(null, Given.Command(1)), Given.Page(null), Given.Page(null));
        var completed = new CommandList(Completed);
        completed.Answer(Given.Page(null));
        Command[] heard = [Given.Command(2), Given.Command(1, "completed"), Given.Command(1, "sent")];
        foreach (var command in heard)
        {
            open.Apply(command);
            completed.Apply(command);
        }

        Assert.Equal([2], open.Numbers());
        Assert.Equal([1], completed.Numbers());
    }

    [Fact]
    public void One_that_is_older_than_what_was_read_waits_for_its_page()
    {
        var list = new CommandList(Completed);
        list.Answer(Given.Page("p2", Given.Command(9, "completed")));
        list.Apply(Given.Command(3, "completed"));
        Assert.Equal([9], list.Numbers());
        list.Answer(Given.Page(null, Given.Command(7, "completed"), Given.Command(3, "completed")));
        Assert.Equal([9, 7, 3], list.Numbers());
    }

    [Fact]
    public void Read_again_it_knows_what_has_ended_meanwhile()
    {
        var before = Loaded(Given.Command(3), Given.Command(2, "sent"), Given.Command(1, "failed"));
        var now = Loaded(Given.Command(4, "completed"), Given.Command(3, "completed"), Given.Command(2, "acknowledged"), Given.Command(1, "failed"));

        Assert.Equal([3], now.EndedSince(before).Select(command => command.Number));
    }

    [Fact]
    public void No_more_are_kept_than_a_page_may_hold_and_those_are_the_newest()
    {
        var list = new CommandList(CommandFilter.Any);
        list.Answer(Given.Page("p2", Given.Command(1)));
        for (var number = 2; number <= CommandList.Most + 10; number++)
        {
            list.Apply(Given.Command(number));
        }

        Assert.Equal((CommandList.Most, 11, CommandList.Most + 10), (list.Rows.Count, list.Rows[^1].Number, list.Rows[0].Number));
        Assert.True(list.IsFull);
        Assert.False(list.HasEarlier);
    }

    private static CommandList Loaded(params Command[] commands)
    {
        var list = new CommandList(CommandFilter.Any);
        list.Answer(Given.Page(null, commands));
        return list;
    }
}
