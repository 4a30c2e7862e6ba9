using System.Globalization;

namespace Rollcall.Devices.Presence.Model;

/// <summary>The two promises about time, watched from outside: neither the twin's nor the model's idea of a deadline is asked.</summary>
internal sealed class Bounds
{
    private int _now;
    private int _lastSign;
    private int _undisturbedSince;
    private int _events;
    private bool _ran;

    public void Note(Step step, string answer, PresenceModel world)
    {
        _now = world.Now;
        var sign = answer is "stored" or "kept" && step.What != "goodbye";
        _lastSign = sign ? _now : _lastSign;
        if (!_ran || step.What is not ("wait" or "look" or "stale beat") || sign || world.Trouble)
        {
            _undisturbedSince = _now;
        }

        _ran = world.Loaded;
    }

    /// <summary>Never earlier than 90.0 s after the last sign of life.</summary>
    public void CheckLog(string[] log)
    {
        foreach (var line in log[_events..])
        {
            if (line.Contains("heartbeat_timeout", StringComparison.Ordinal))
            {
                var at = int.Parse(line[(line.IndexOf('@', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
                Assert.True(at - _lastSign >= 90_000, $"offline {at - _lastSign} ms after the last sign of life");
            }
        }

        _events = log.Length;
    }

    /// <summary>By 91 s, while all is up.</summary>
    public void CheckShown(bool online) =>
        Assert.False(online && _now - _undisturbedSince > 91_000, $"still online after {_now - _undisturbedSince} ms of undisturbed silence");
}
