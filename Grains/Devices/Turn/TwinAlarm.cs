using Rollcall.Clocks;

namespace Rollcall.Devices.Turn;

/// <summary>When the turn has to look again: a timer while the twin is loaded, a durable reminder when it is not.</summary>
internal sealed class TwinAlarm(ITwinHost host, TimeProvider clock)
{
    /// <summary>Time until the next try when a deadline has passed and the change could not be stored.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>A timer takes no time without end; what is due later is looked at again by then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private TimeSpan? _armedFor;
    private ReminderPlan? _reminder;
    private bool _again;

    /// <summary>Sets the reminder, unless it ticks like this already.</summary>
    /// <returns>False: reminders are unavailable now.</returns>
    public async ValueTask<bool> Remind(ReminderPlan plan)
    {
        if (_reminder != plan || plan.Due != plan.Period)
        {
            try
            {
                await host.RegisterReminder(plan);
                _reminder = plan;
            }
            catch (Exception)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Removes the reminder: nothing is due any more.</summary>
    public Task Unremind()
    {
        _reminder = null;
        return host.UnregisterReminder();
    }

    /// <summary>What is due could not be done: try again soon, if there is a deadline at all.</summary>
    public void LookAgain() => _again = true;

    /// <summary>Looks again soon in any case: nobody else may ever call.</summary>
    public void RetrySoon() => host.WakeAfter(Retry);

    /// <summary>The timer has fired.</summary>
    public void Fired() => (_armedFor, _again) = (null, false);

    /// <summary>The row was just read: no timer is set for it yet.</summary>
    public void Reset() => _armedFor = null;

    /// <summary>The device is not there any more.</summary>
    public void Stop()
    {
        (_armedFor, _reminder) = (null, null);
        host.NeverWake();
    }

    /// <summary>A heartbeat only moves the deadline: the timer is set when there is none, or when the new deadline is earlier.</summary>
    /// <param name="least">The earliest deadline of all, on the monotonic clock; null: nothing is due.</param>
    public void Arm(TimeSpan? least)
    {
        if (least is not { } deadline)
        {
            return;
        }

        var now = ClockReading.MonotonicNow(clock);
        if (_again && deadline > now + Retry)
        {
            deadline = now + Retry;
        }

        deadline = deadline - now > Longest ? now + Longest : deadline;

        if (!(_armedFor <= deadline))
        {
            _armedFor = deadline;
            var due = deadline - now;
            host.WakeAfter(due > TimeSpan.Zero ? due : Retry);
        }
    }
}
