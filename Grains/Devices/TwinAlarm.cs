namespace Rollcall.Devices;

/// <summary>When the turn is to look again: its timer while the twin is loaded, its durable reminder when it is not.</summary>
internal sealed class TwinAlarm(ITwinHost host, TimeProvider clock)
{
    /// <summary>A deadline has passed, but what follows could not be stored: neither spin nor forget it.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private TimeSpan? _armedFor;
    private bool _reminded;
    private bool _again;

    /// <summary>Sets the reminder, unless it is set.</summary>
    /// <returns>False: it cannot be now.</returns>
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

    /// <summary>Removes the reminder: nothing is to come.</summary>
    public Task Unremind()
    {
        _reminded = false;
        return host.UnregisterReminder();
    }

    /// <summary>What is due could not be done: the timer comes soon, if anything is to come at all.</summary>
    public void LookAgain() => _again = true;

    /// <summary>Looks again soon, whatever is to come: nobody else may ever call.</summary>
    public void RetrySoon() => host.WakeAfter(Retry);

    /// <summary>The timer has fired.</summary>
    public void Fired() => (_armedFor, _again) = (null, false);

    /// <summary>Of a row that was just read, nothing is armed yet.</summary>
    public void Reset() => _armedFor = null;

    /// <summary>The device is not there any more.</summary>
    public void Stop()
    {
        (_armedFor, _reminded) = (null, false);
        host.NeverWake();
    }

    /// <summary>A beat only moves the deadline; the timer is set when there is none, or when the new deadline is earlier.</summary>
    /// <param name="least">The earliest deadline of all, on the monotonic clock; null: nothing is to come.</param>
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
