using Rollcall.Clocks;

namespace Rollcall.Secrets;

/// <summary>
/// Decides which sign-ins get a slow check. Nearly all do. While wrong secrets come for a device, each address gets one in ten seconds: that
/// ends guessing, and a device with the right secret still signs in, at once if it has an address of its own. From the same address, a
/// repeated secret goes before a new one: devices repeat theirs, guesses differ. Unknown ids are counted like known ones.
/// </summary>
internal sealed class WrongSecrets(int most, TimeProvider clock)
{
    private const int Remembered = 16_384;

    /// <summary>
    /// For secrets that were refused, many more: a thousand guesses a second must not displace the right secret before it comes again.
    /// </summary>
    private const int RememberedTurned = 131_072;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>A secret sent many times within this time does not count as repeated.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly RecentHashes _wrong = new(Remembered, Window);
    private readonly RecentHashes _admitted = new(Remembered, Window);
    private readonly RecentHashes _repeated = new(Remembered, Window);
    private readonly RecentHashes _turned = new(RememberedTurned, Window);
    private readonly Lock _gate = new();

    /// <param name="device">Hash of the device's id.</param>
    /// <returns>False: no check now.</returns>
    public bool Admits(ulong device, string secret, SignInSource source)
    {
        var now = ClockReading.MonotonicNow(clock);
        if (!source.Sparingly && _wrong.Look(device, now).Times < most)
        {
            return true;
        }

        var (place, attempt) = (RecentHashes.Of($"{device}", source.Address), RecentHashes.Of($"{device}", source.Address, secret));
        lock (_gate)
        {
            var (times, since) = _repeated.Look(place, now);
            var (turnedAway, firstTurned) = _turned.Look(attempt, now);
            if (turnedAway > 0 && now - firstTurned >= Again && (times == 0 || now - since >= Pause))
            {
                // Checks of new secrets do not count against it: otherwise guesses would take its turn again and again.
                _repeated.Forget(place, now);
                _repeated.Add(place, now);
                return true;
            }

            if (!source.Sparingly && _admitted.Look(place, now).Times == 0)
            {
                _admitted.Add(place, now);
                return true;
            }

            _turned.Add(attempt, now);
            return false;
        }
    }

    /// <summary>The check could not be made. The same secret goes before new ones when it comes again.</summary>
    public void GiveBack(ulong device, string secret, SignInSource source)
    {
        var now = ClockReading.MonotonicNow(clock);
        lock (_gate)
        {
            _repeated.Forget(RecentHashes.Of($"{device}", source.Address), now);
            _turned.Add(RecentHashes.Of($"{device}", source.Address, secret), now);
        }
    }

    /// <summary>Wrong secrets came for the device lately.</summary>
    public bool IsGuessed(ulong device) => _wrong.Look(device, ClockReading.MonotonicNow(clock)).Times > 0;

    public void Add(ulong device) => _wrong.Add(device, ClockReading.MonotonicNow(clock));
}

/// <summary>Where a sign-in comes from.</summary>
/// <param name="Address">Empty: an older gateway does not send it.</param>
/// <param name="Sparingly">
/// The address has signed in too often lately: a secret that comes for the first time gets no expensive check.
/// </param>
internal readonly record struct SignInSource(string Address, bool Sparingly)
{
    public static readonly SignInSource Unknown = new("", false);
}
