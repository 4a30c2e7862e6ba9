using Rollcall.Clocks;

namespace Rollcall.Devices.Turn;

/// <summary>When the turn has to look again: a timer while the twin is loaded, a durable reminder when it is not.</summary>
internal sealed class TwinAlarm(ITwinHost host, TimeProvider clock)
{
    /// <summary>Time until the next try when a deadline has passed and the change could not be stored.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private TimeSpan? _armedFor;
    private bool _reminded;
    private bool _again;

    /// <summary>Sets the reminder, unless it is set.</summary>
    /// <returns>False: reminders are unavailable now.</returns>
    public async ValueTask<bool> Remind()
    {
        if (!_reminded)
        {
            try
            {
                await host.RegisterReminder();
                _reminded = true;
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
        _reminded = false;
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
        (_armedFor, _reminded) = (null, false);
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

        if (!(_armedFor <= deadline))
        {
            _armedFor = deadline;
            var due = deadline - now;
            host.WakeAfter(due > TimeSpan.Zero ? due : Retry);
        }
    }
}
