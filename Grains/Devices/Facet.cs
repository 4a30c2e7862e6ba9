using Rollcall.Feed;
using Rollcall.Journal;

namespace Rollcall.Devices;

/// <summary>
/// One feature of a twin: state that only it writes, a pure rule, a deadline, and what follows once a change is stored. It reads the
/// state of other facets and never writes it; what concerns several, <see cref="TwinTurn"/> and <see cref="DeviceTwin"/> tell each.
/// </summary>
internal abstract class Facet(TwinTurn turn)
{
    protected TwinTurn Turn => turn;

    protected TwinServices Services => turn.Services;

    protected ITwinHost Host => turn.Host;

    /// <summary>Something is to come, so that the device needs its durable reminder.</summary>
    public virtual bool IsWaiting => false;

    /// <summary>The row was read: state begins anew, or goes on where the device comes from.</summary>
    /// <param name="arrival">What came along from another silo; null: the twin has not moved.</param>
    public virtual void Loaded(DeviceRow row, RehydratedState? arrival)
    {
    }

    /// <summary>What was heard and the row does not say yet, but a decision has to stand on.</summary>
    /// <returns>The row with it; the same one: there is nothing.</returns>
    public virtual DeviceRow BringUpToDate(DeviceRow row) => row;

    /// <summary>A change is committed; its row is not shown yet.</summary>
    /// <returns>What of the device is another from now on, for those who watch it.</returns>
    public virtual FeedChange Stored(Change change, in Draft draft) => FeedChange.Beat;

    /// <summary>The store will never take this change.</summary>
    public virtual void Refused(in Draft draft)
    {
    }

    /// <summary>Nobody knows whether a change is stored, or what is: whatever is kept beside the row is to be read again.</summary>
    public virtual void Doubted()
    {
    }

    /// <summary>Another twin has written the row, and has heard what was heard here.</summary>
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

    /// <summary>Adds what is to go along to another silo.</summary>
    public virtual MigrationState Dehydrate(MigrationState state, TimeSpan now) => state;

    /// <summary>When the turn is to look again, on the monotonic clock; null: nothing is to come.</summary>
    public virtual TimeSpan? Deadline(ClockReading now) => null;

    /// <summary>The timer fired: does what is due, if anything is. The deadline may have moved since.</summary>
    public virtual ValueTask Due() => ValueTask.CompletedTask;
}
