using Rollcall.Clocks;
using Rollcall.Devices.Turn;
using Rollcall.Journal;

namespace Rollcall.Devices.Presence;

/// <summary>Whether the device comes and goes too often. Transitions say that it begins; that it has ended is said here.</summary>
internal sealed class FlappingFacet(TwinTurn owner) : Facet(owner)
{
    /// <summary>A twin with a long timeout is woken more often while it flaps.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private Flaps? _known;
    private DateTimeOffset _calmAt;

    public override bool IsWaiting => Turn.Stored is { Presence.Flaps.Since: not null };

    private Flaps Flaps => Turn.Row.Presence.Flaps;

    /// <summary>A heartbeat asks for it: the times are read once.</summary>
    private DateTimeOffset CalmAt
    {
        get
        {
            if (!ReferenceEquals(_known, Flaps))
            {
                (_known, _calmAt) = (Flaps, Flaps.CalmAt ?? default);
            }

            return _calmAt;
        }
    }

    public override ReminderPlan? ReminderFor(Change change) =>
        change is { Base.Presence.Flaps.Since: null, Next: { Presence.Flaps.Since: not null } next }
            ? ReminderPlan.Every(Least(Services.Options.PresenceOf(next.Profile).Timeout)) : null;

    public override ReminderPlan? NextReminder(ClockReading now) =>
        ReminderPlan.At(CalmAt - now.Wall, Least(Services.Options.PresenceOf(Turn.Row.Profile).Timeout));

    public override TimeSpan? Deadline(ClockReading now) =>
        !IsWaiting ? null : Flaps.IsOver(CalmAt, now.Wall) ? now.Monotonic : now.Monotonic + (CalmAt - now.Wall);

    public override async ValueTask Due()
    {
        if (IsWaiting && !Turn.IsInDoubt && Flaps.IsOver(CalmAt, ClockReading.WallNow(Services.Clock))
            && await Turn.Append(new Draft(Turn.Row.Next(Turn.Row.Presence with { Flaps = Flaps.Calm() }))) != AppendResult.Stored)
        {
            Turn.LookAgain();
        }
    }

    private static TimeSpan Least(TimeSpan timeout) => timeout < Period ? timeout : Period;
}
