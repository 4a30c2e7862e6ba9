using CsCheck;

namespace Rollcall.Devices.Presence.Model;

/// <summary>Mistakes planted into the rule. A property that lets one of them pass would be worth nothing.</summary>
public sealed class PlantedMistakes
{
    private static readonly DeviceOptions Defaults = new();

    [Fact]
    public void A_deadline_one_second_early_is_caught() =>
        Caught((_, _) => new PresenceRule(Defaults.HeartbeatTimeout - TimeSpan.FromSeconds(1), Defaults.LinkGrace).Decide);

    [Fact]
    public void A_deadline_two_seconds_late_is_caught() =>
        Caught((_, _) => new PresenceRule(Defaults.HeartbeatTimeout + TimeSpan.FromSeconds(2), Defaults.LinkGrace).Decide);

    [Fact]
    public void Deafness_ignored_is_caught() =>
        Caught((rule, _) => (stored, heard, now) => rule(stored, heard with { LastOutageEnd = TimeSpan.Zero }, now));

    [Fact]
    public void Deafness_ignored_by_the_grace_alone_is_caught() => Caught((rule, _) => (stored, heard, now) =>
        heard.ConnectionLostAt is { } lost && now.Monotonic >= lost + Defaults.LinkGrace
            ? rule(stored, heard with { LastOutageEnd = TimeSpan.Zero }, now)
            : rule(stored, heard, now));

    [Fact]
    public void A_grace_that_no_sign_of_life_ends_is_caught() => Caught((rule, _) =>
    {
        TimeSpan? lost = null;
        return (stored, heard, now) =>
        {
            lost = heard.ConnectionLostAt ?? lost;
            return rule(stored, heard with { ConnectionLostAt = lost }, now);
        };
    });

    [Fact]
    public void A_grace_that_never_comes_is_caught() =>
        Caught((rule, _) => (stored, heard, now) => rule(stored, heard with { ConnectionLostAt = null }, now));

    [Fact]
    public void A_goodbye_ignored_is_caught() => Caught((rule, _) => (stored, heard, now) =>
        rule(stored, heard.PendingSignal is { } beat ? heard with { PendingSignal = beat with { Goodbye = false } } : heard, now));

    [Fact]
    public void A_seq_used_up_by_a_write_that_never_happened_is_caught() => Caught((rule, store) => (stored, heard, now) =>
    {
        var burnt = store.LostUnknown ? 1 : 0;
        return rule(stored, heard, now) is { Change: { } change } decision
            ? new Decision(decision.Next with { Seq = decision.Next.Seq + burnt }, change with { Seq = change.Seq + burnt })
            : rule(stored, heard, now);
    });

    [Fact]
    public void Metrics_lost_by_a_beat_without_any_are_caught() => Caught((rule, _) => (stored, heard, now) =>
        rule(stored, heard, now) is { } decision
            ? decision with { Next = decision.Next with { Metrics = heard.PendingSignal?.Metrics } }
            : null);

    [Fact]
    public void A_reason_that_every_beat_overwrites_is_caught() => Caught((rule, _) => (stored, heard, now) =>
        rule(stored, heard, now) is { Change: null } decision && heard.PendingSignal is { Goodbye: false } beat
            ? decision with { Next = decision.Next with { Reason = beat.Reason } }
            : rule(stored, heard, now));

    private static void Caught(Mutant mutant) => Assert.Throws<CsCheckException>(
        () => Histories.All.Sample(history => PresenceProperty.Holds(history, mutant), iter: 2_000, print: PresenceModelTests.Print));
}
