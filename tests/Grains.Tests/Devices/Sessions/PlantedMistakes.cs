using CsCheck;
using Rollcall.Commands;
using Rollcall.Devices.Presence.Model;
using Rollcall.Journal;

namespace Rollcall.Devices.Sessions;

/// <summary>Mistakes planted into the rule of sessions and beside it. A model that lets one of them pass would be worth nothing.</summary>
public sealed class PlantedMistakes
{
    [Fact]
    public void A_sign_in_that_ends_the_former_session_at_once_is_caught() =>
        Caught(rule => rule with { Issue = (row, id, at) => new SessionState(row.Epoch + 1, id, at) });

    [Fact]
    public void A_sign_in_that_keeps_a_former_next_session_is_caught() =>
        Caught(
            rule =>
                rule with { Issue = (row, id, at) => row.Next is null
                    ? rule.Issue(row, id, at) : row with { Epoch = row.Epoch + 1, Id = row.Next.Id, Next = new NextSession(id, at) } });

    [Fact]
    public void A_sign_in_under_an_epoch_that_was_given_before_is_caught() =>
        Caught(rule => rule with { Issue = (row, id, at) => row with { Next = new NextSession(id, at) } });

    [Fact]
    public void A_first_use_that_ends_nothing_is_caught() => Caught(rule => rule with { Use = row => row });

    [Fact]
    public void A_first_use_that_leaves_the_next_session_where_it_is_is_caught() =>
        Caught(rule => rule with { Use = row => row with { Id = row.Next!.Id, OpenedAt = row.Next.IssuedAt } });

    [Fact]
    public void A_first_use_decided_by_the_clock_is_caught() =>
        Caught(rule => rule with { Use = row => row.Next!.IssuedAt >= row.OpenedAt ? rule.Use(row) : row });

    [Fact]
    public void A_former_session_that_stays_good_is_caught() => Caught(rule => rule with
    {
        Admit = (row, token, inDoubt) => row.Next is null && token.Epoch == row.Epoch - 1 ? Refusal.None : rule.Admit(row, token, inDoubt),
    });

    [Fact]
    public void A_token_of_a_device_made_anew_that_is_admitted_by_its_epoch_is_caught() => Caught(
        new Mistake
        {
            Rule = rule => rule with
            {
                Admit = (row, token, inDoubt) => row.Id is not null && token.Epoch == row.Epoch ? Refusal.None : rule.Admit(row, token, inDoubt),
            },
        },
        new("delete", 0, 0), new("make anew", 0, 0), new("sign in", 0, 0), new("beat", 0, 0), new("beat", 0, 1));

    [Fact]
    public void A_401_while_in_doubt_is_caught() => Caught(rule => rule with { Admit = (row, token, _) => rule.Admit(row, token, false) });

    [Fact]
    public void A_newer_token_that_is_refused_without_reading_again_is_caught() => Caught(rule => rule with
    {
        Admit = (row, token, inDoubt) => rule.Admit(row, token, inDoubt) is var said && said == Refusal.StaleActivation
            ? Refusal.InvalidSession : said,
    });

    [Fact]
    public void An_end_of_the_session_in_force_that_ends_the_next_is_caught() => Caught(rule => rule with { End = (row, _) => rule.EndAll(row) });

    [Fact]
    public void An_end_of_the_next_session_that_leaves_the_one_in_force_is_caught() =>
        Caught(rule => rule with { End = (row, id) => id == row.Next?.Id ? row with { Next = null } : rule.End(row, id) });

    [Fact]
    public void A_revocation_that_forgets_the_next_session_is_caught() =>
        Caught(rule => rule with { EndAll = row => row with { Epoch = row.Epoch + 1, Id = null, OpenedAt = null } });

    [Fact]
    public void A_revocation_under_the_same_epoch_is_caught() => Caught(rule => rule with { EndAll = row => new SessionState(row.Epoch, null) });

    [Fact]
    public void A_next_session_that_counts_although_the_former_version_opened_a_newer_one_is_caught() =>
        Caught(new Mistake { Read = (row, next, _) => row with { Next = next } });

    [Fact]
    public void A_planned_move_that_forgets_a_use_is_caught() => Caught(
        new Mistake { Moved = luggage => luggage with { UsedNext = null } },
        new("sign in", 0, 0), new("store fails", 0, 0), new("beat", 0, 0), new("move", 0, 0), new("store back", 0, 0), new("tick", 1, 0));

    [Fact]
    public void A_planned_move_that_forgets_the_other_socket_is_caught() => Caught(
        new Mistake { Moved = luggage => luggage with { Beside = null } },
        new("sign in", 0, 0), new("store fails", 0, 0), new("connect", 0, 0), new("move", 0, 0), new("store back", 0, 0), new("beat", 1, 0));

    [Fact]
    public void A_report_that_counts_as_a_use_is_caught() => Caught(new Mistake { ReportsAreUses = true });

    [Fact]
    public void A_former_socket_that_is_closed_before_anything_is_stored_is_caught() => Caught(new Mistake { EndsTheFormersSocketUnstored = true });

    [Fact]
    public void An_acknowledgement_that_puts_the_next_session_into_force_is_caught() =>
        Caught(new Mistake { Record = record => Promoting(record, CommandStatus.Acknowledged) });

    [Fact]
    public void A_result_that_puts_the_next_session_into_force_is_caught() =>
        Caught(new Mistake { Record = record => Promoting(record, CommandStatus.Completed) });

    [Fact]
    public void A_delivery_that_puts_the_next_session_into_force_is_caught() =>
        Caught(new Mistake { Record = record => Promoting(record, CommandStatus.Sent) });

    [Fact]
    public void A_commands_record_that_drops_a_use_heard_before_is_caught() => Caught(
        new Mistake { Record = record => Keeping(record, _ => true) },
        new("send", 0, 0), new("sign in", 0, 0), new("store fails", 0, 3), new("beat", 0, 0), new("fail", 0, 0));

    [Fact]
    public void An_acknowledgements_record_that_drops_a_use_heard_before_is_caught() => Caught(
        new Mistake { Record = record => Keeping(record, status => status == CommandStatus.Acknowledged) },
        new("send", 0, 0), new("sign in", 0, 0), new("store fails", 0, 3), new("beat", 0, 0), new("acknowledge", 0, 0));

    [Fact]
    public void A_result_with_a_superseded_token_that_is_taken_is_caught() => Caught(new Mistake
    {
        Reported = (row, token) => row.Id is { } id && token.Epoch < row.Epoch && !row.Has(token.Id) ? new Session(id, row.Epoch) : token,
    });

    [Fact]
    public void A_result_with_the_next_token_that_is_refused_is_caught() => Caught(new Mistake
    {
        Reported = (row, token) => token.Id == row.Next?.Id ? token with { Id = "another" } : token,
    });

    [Fact]
    public void A_result_with_the_former_token_that_is_refused_before_the_next_is_used_is_caught() => Caught(new Mistake
    {
        Reported = (row, token) => row.Next is not null && token.Id == row.Id ? token with { Id = "another" } : token,
    });

    [Fact]
    public void A_report_that_is_taken_for_stored_in_doubt_is_caught() => Caught(new Mistake
    {
        Told = (record, outcome) => record.Commands().Length > 0 && outcome == AppendResult.Unknown ? AppendResult.Stored : outcome,
    });

    [Fact]
    public void A_report_in_doubt_that_is_taken_for_lost_is_caught() => Caught(new Mistake
    {
        Told = (record, outcome) => record.Commands().Length > 0 && outcome == AppendResult.Unknown ? AppendResult.Unavailable : outcome,
    });

    [Fact]
    public void A_commands_record_over_the_row_of_another_silo_is_caught() => Caught(new Mistake { CommandsAreNotFenced = true });

    private static Change Promoting(Change record, CommandStatus status) =>
        record.Next is { Session.Next: not null } next && record.Commands().Any(write => write.Command.Status == status)
            ? record with { Next = next with { Session = SessionRule.Standard.Use(next.Session) } }
            : record;

    private static Change Keeping(Change record, Func<CommandStatus, bool> of) =>
        record.Next is { } next && record.Commands().Any(write => of(write.Command.Status))
            ? record with { Next = next with { Session = record.Base!.Session } } : record;

    private static void Caught(Func<SessionRule, SessionRule> plant) => Caught(new Mistake { Rule = plant });

    /// <param name="then">What follows the beginning of each history, where it is too rare to be left to chance.</param>
    private static void Caught(Mistake mistake, params Step[] then) => Assert.Throws<CsCheckException>(() => Histories.All
        .Select(history => (Step[])[.. history[..2], .. then, .. history[2..]])
        .Sample(history => SessionHistory.Holds(history, mistake), iter: 6_000, print: Histories.Print));
}
