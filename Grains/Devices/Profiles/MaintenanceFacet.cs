using Microsoft.Extensions.Logging;
using Rollcall.Clocks;
using Rollcall.Devices.Turn;
using Rollcall.Journal;

namespace Rollcall.Devices.Profiles;

/// <summary>A maintenance that has an end ends by itself.</summary>
internal sealed partial class MaintenanceFacet(TwinTurn owner) : Facet(owner)
{
    /// <summary>Until it is known whether the wall clock can be trusted.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    public override bool IsWaiting => Turn.Stored is { Profile: { Mode: DeviceMode.Maintenance, ModeUntil: not null } };

    public override ReminderPlan? ReminderFor(Change change) =>
        change is { Base.Profile: var was, Next.Profile: { Mode: DeviceMode.Maintenance, ModeUntil: { } until } }
        && (was.Mode, was.ModeUntil) != (DeviceMode.Maintenance, until)
            ? ReminderPlan.At(until - ClockReading.WallNow(Services.Clock)) : null;

    public override ReminderPlan? NextReminder(ClockReading now) => ReminderPlan.At(Left(Turn.Row.Profile));

    public override TimeSpan? Deadline(ClockReading now) => IsWaiting ? now.Monotonic + Left(Turn.Row.Profile) : null;

    public override async ValueTask Due()
    {
        if (!IsWaiting || Turn.IsInDoubt || Left(Turn.Row.Profile) > TimeSpan.Zero)
        {
            return;
        }

        var (profile, now) = (Turn.Row.Profile, ClockReading.Now(Services.Clock));
        var (next, change) = ModeChange.Of(Turn.Row, ModeChange.Ended(profile, now.Wall), now, Services.Sessions, Services.Options);
        if (await Turn.Append(new Draft(next, change)) == AppendResult.Stored)
        {
            LogEnded(Services.Log, Turn.DeviceId, profile.ModeUntil!.Value);
        }
        else
        {
            Turn.LookAgain();
        }
    }

    private TimeSpan Left(Profile profile)
    {
        var left = Services.Wall().Left(profile.ModeSince ?? profile.RegisteredAt, profile.ModeUntil!.Value);
        return left == TimeSpan.MaxValue ? Again : left;
    }

    [LoggerMessage(LogLevel.Information, "The maintenance of {Device} has ended by itself, as it was set to at {Until:u}: the device is active")]
    private static partial void LogEnded(ILogger log, string device, DateTimeOffset until);
}
