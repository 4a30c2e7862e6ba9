using Rollcall.Clocks;
using Rollcall.Devices.Turn;
using Rollcall.Journal;

namespace Rollcall.Devices.Presence;

/// <summary>
/// A device that became active again, after maintenance or disabled, is signed off until it is heard. If it is not heard in time it is down: its
/// reason becomes <c>heartbeat_timeout</c>, without a transition, since it was offline before.
/// </summary>
internal sealed class ReturnFacet(TwinTurn owner, PresenceFacet presence) : Facet(owner)
{
    private TimeSpan _loadedAt;

    public override bool IsWaiting => Turn.Stored is { } row && row.Presence.IsAwaited(row.Profile.Mode);

    /// <summary>How long a device has to come back.</summary>
    public static TimeSpan TimeFor(Profile profile, DeviceOptions options) => Cadence.Of(profile, options).Timeout + TimeSpan.FromMinutes(5);

    public override ReminderPlan? ReminderFor(Change change) =>
        change is { Base: { } was, Next: { Presence.ExpectedBy: { } by } next } && was.Presence.ExpectedBy != by
            ? ReminderPlan.At(by - ClockReading.WallNow(Services.Clock), Cadence.Of(next.Profile, Services.Options).Timeout) : null;

    public override ReminderPlan? NextReminder(ClockReading now) =>
        Deadline(now) is { } deadline ? ReminderPlan.At(deadline - now.Monotonic, presence.Cadence.Timeout) : null;

    public override void Loaded(DeviceRow row, RehydratedState? rehydrated) => _loadedAt = ClockReading.MonotonicNow(Services.Clock);

    /// <summary>Not before it could have been heard after an outage of ours.</summary>
    public override TimeSpan? Deadline(ClockReading now)
    {
        if (!IsWaiting)
        {
            return null;
        }

        var (profile, by) = (Turn.Row.Profile, Turn.Row.Presence.ExpectedBy);

        // Made active by a silo of a former version, which noted no time.
        var end = by is null ? _loadedAt + TimeFor(profile, Services.Options)
            : Services.Wall().Left(profile.ModeSince ?? profile.RegisteredAt, by.Value) is var left && left < TimeSpan.FromDays(30)
                ? now.Monotonic + left : now.Monotonic + TimeSpan.FromMinutes(1);
        return end > presence.OutageWindowEnds ? end : presence.OutageWindowEnds;
    }

    public override async ValueTask Due()
    {
        var now = ClockReading.Now(Services.Clock);
        if (Turn.IsInDoubt || presence.PendingSignal is not null || !(Deadline(now) <= now.Monotonic))
        {
            return;
        }

        if (await Turn.Append(new Draft(Turn.Row.Next(PresenceRule.Missed(Turn.Row.Presence, now)))) != AppendResult.Stored)
        {
            Turn.LookAgain();
        }
    }
}
