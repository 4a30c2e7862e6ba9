namespace Rollcall.Devices.Turn;

/// <summary>When the durable reminder ticks: first after <paramref name="Due"/>, then every <paramref name="Period"/>.</summary>
internal readonly record struct ReminderPlan(TimeSpan Due, TimeSpan Period)
{
    /// <summary>Reminders may not tick more often.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>What is due already, and could not be done, is not tried again at once.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>A timer takes no longer time. The tick at its end plans the rest.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromDays(20);

    /// <summary>The ticks of a device that is online: as often as its timeout, but not more often than they may.</summary>
    public static ReminderPlan Every(TimeSpan timeout) => new(Longer(timeout, Least), Longer(timeout, Least));

    /// <summary>At a time, and until something is done then, as often as they may.</summary>
    public static ReminderPlan At(TimeSpan due) => At(due, Least);

    public static ReminderPlan At(TimeSpan due, TimeSpan period) =>
        new(due < Soon ? Soon : due < Most ? due : Most, Longer(period, Least));

    /// <summary>One that ticks for both.</summary>
    public ReminderPlan And(ReminderPlan other) =>
        new(Due < other.Due ? Due : other.Due, Period < other.Period ? Period : other.Period);

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
