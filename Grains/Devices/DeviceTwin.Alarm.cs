namespace Rollcall.Devices;

/// <content>When the twin is to look again: its timer while it is loaded, its reminder when it is not.</content>
internal sealed partial class DeviceTwin
{
    private async ValueTask<bool> Reminded()
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
                // A device without its alarm must not be promised online; the timer tries again soon.
                return false;
            }
        }

        return true;
    }

    /// <summary>A beat only moves the deadline; the timer is set when there is none, or when the new deadline is earlier.</summary>
    private void Arm()
    {
        var now = Instant.Now(services.Clock);
        if (Earliest(PresenceDeadline(now.Monotonic), NextExpiry(now)) is { } deadline && (_armedFor is null || deadline < _armedFor))
        {
            _armedFor = deadline;
            var due = deadline - now.Monotonic;
            host.WakeAfter(due > TimeSpan.Zero ? due : Retry);
        }
    }

    private TimeSpan? PresenceDeadline(TimeSpan now) =>
        _stored is { Presence.Online: true } || (_stored is not null && _heard.Unpromised is not null)
            ? _again ? now + Retry : _presence.Deadline(_heard)
            : null;

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
