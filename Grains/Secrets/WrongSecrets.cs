using Rollcall.Devices;

namespace Rollcall.Secrets;

/// <summary>
/// Which sign-ins may have a slow check. Nearly all; but while wrong secrets come for a device, only one in ten seconds from each
/// address: guessing ends, and whoever has the right secret still gets in, from an address of its own at once. Where guesses come
/// from the same address, a secret that comes again goes before one that was never seen: devices repeat theirs, guesses differ.
/// Unknown ids are counted like known ones.
/// </summary>
internal sealed class WrongSecrets(int most, TimeProvider clock)
{
    private const int Remembered = 16_384;

    /// <summary>
    /// Of secrets that were turned away, many more: a thousand guesses a second must not make the right one forgotten before it comes
    /// again.
    /// </summary>
    private const int RememberedTurned = 131_072;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>One sent many times at once has not come again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly RecentHashes _wrong = new(Remembered, Window);
    private readonly RecentHashes _admitted = new(Remembered, Window);
    private readonly RecentHashes _repeated = new(Remembered, Window);
    private readonly RecentHashes _turned = new(RememberedTurned, Window);
    private readonly Lock _gate = new();

    /// <param name="device">The hash of its id.</param>
    /// <returns>False: not now.</returns>
    public bool Admits(ulong device, string secret, SignInSource source)
    {
        var now = ClockReading.MonotonicNow(clock);
        if (!source.Sparingly && _wrong.Look(device, now).Times < most)
        {
            return true;
        }

        var (place, word) = (RecentHashes.Of($"{device}", source.Address), RecentHashes.Of($"{device}", source.Address, secret));
        lock (_gate)
        {
            var (times, since) = _repeated.Look(place, now);
            var (turnedAway, firstTurned) = _turned.Look(word, now);
            if (turnedAway > 0 && now - firstTurned >= Again && (times == 0 || now - since >= Pause))
            {
                // What new ones have had does not count against it: else guesses would take its turn again and again.
                _repeated.Forget(place, now);
                _repeated.Add(place, now);
                return true;
            }

            if (!source.Sparingly && _admitted.Look(place, now).Times == 0)
            {
                _admitted.Add(place, now);
                return true;
            }

            _turned.Add(word, now);
            return false;
        }
    }

    /// <summary>The check that it was admitted to could not be made. The same secret goes before new ones when it comes again.</summary>
    public void GiveBack(ulong device, string secret, SignInSource source)
    {
        var now = ClockReading.MonotonicNow(clock);
        lock (_gate)
        {
            _repeated.Forget(RecentHashes.Of($"{device}", source.Address), now);
            _turned.Add(RecentHashes.Of($"{device}", source.Address, secret), now);
        }
    }

    /// <summary>Wrong secrets came for it lately.</summary>
    public bool IsGuessed(ulong device) => _wrong.Look(device, ClockReading.MonotonicNow(clock)).Times > 0;

    public void Add(ulong device) => _wrong.Add(device, ClockReading.MonotonicNow(clock));
}

/// <summary>From where somebody signs in.</summary>
/// <param name="Address">Empty: an older gateway does not say.</param>
/// <param name="Sparingly">
/// That address has signed in too often of late: what costs much is not done for a secret that comes for the first time.
/// </param>
internal readonly record struct SignInSource(string Address, bool Sparingly)
{
    public static readonly SignInSource Unknown = new("", false);
}
