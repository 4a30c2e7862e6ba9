using Rollcall.Clocks;
using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices.Turn;

/// <summary>
/// One feature of a twin: state that only it writes, a pure rule, a deadline, and what follows once a change is stored. It reads the
/// state of other facets and never writes it. <see cref="TwinTurn"/> and <see cref="DeviceTwin"/> call each facet that is concerned.
/// </summary>
internal abstract class Facet(TwinTurn turn)
{
    protected TwinTurn Turn => turn;

    protected TwinServices Services => turn.Services;

    protected ITwinHost Host => turn.Host;

    /// <summary>Something is due later, so the device needs its durable reminder.</summary>
    public virtual bool IsWaiting => false;

    /// <summary>The reminder that a change needs, so that what is due after it is done in any case; null: it needs no other.</summary>
    public virtual ReminderPlan? ReminderFor(Change change) => null;

    /// <summary>
    /// While it is waiting: when the reminder has to tick next, for a twin that may leave memory before its deadline. Null: as often as it does.
    /// </summary>
    public virtual ReminderPlan? NextReminder(ClockReading now) => null;

    /// <summary>The row was read: the state starts empty, or continues what another silo handed over.</summary>
    /// <param name="rehydrated">What another silo handed over; null: the twin has not moved.</param>
    public virtual void Loaded(DeviceRow row, RehydratedState? rehydrated)
    {
    }

    /// <summary>Adds what is known but not stored yet, and what a decision has to be based on.</summary>
    /// <returns>The row with it; the same row: there is nothing to add.</returns>
    public virtual DeviceRow BringUpToDate(DeviceRow row) => row;

    /// <summary>A change is committed; its row is not shown yet.</summary>
    /// <returns>What has changed, for watchers of the device.</returns>
    public virtual FeedChange Stored(Change change, in Draft draft) => FeedChange.Beat;

    /// <summary>The store has rejected this change for good.</summary>
    public virtual void Refused(in Draft draft)
    {
    }

    /// <summary>It is unknown whether a change was stored: whatever is kept beside the row has to be read again.</summary>
    public virtual void Doubted()
    {
    }

    /// <summary>Another twin has written the row, and has seen the signals that were seen here.</summary>
    public virtual void Overtaken(DeviceRow row)
    {
    }

    /// <summary>The device is removed.</summary>
    public virtual void Removed()
    {
    }

    /// <summary>The twin leaves this silo's memory.</summary>
    public virtual void Leaving()
    {
    }

    /// <summary>Adds what another silo has to know.</summary>
    public virtual MigrationState Dehydrate(MigrationState state, TimeSpan now) => state;

    /// <summary>When the turn has to look again, on the monotonic clock; null: nothing is due.</summary>
    public virtual TimeSpan? Deadline(ClockReading now) => null;

    /// <summary>The timer fired: does what is due, if anything is. The deadline may have moved since.</summary>
    public virtual ValueTask Due() => ValueTask.CompletedTask;
}
