namespace Rollcall.Admission;

/// <summary>
/// Which devices were served here within the last minutes, so that their twins are in memory. A byte a device, found by a hash
/// under a key of this process: two that meet in one byte cost nothing but a call that is not waited with. No lock: a mark that
/// is lost in a race is set again by the next beat.
/// </summary>
internal sealed class WarmDevices : IDisposable
{
    /// <summary>Minutes. Silos keep a twin that nobody calls for five at least.</summary>
    private const byte Fresh = 5;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly byte[] _left = new byte[1 << 21];
    private readonly ITimer _timer;

    public WarmDevices(TimeProvider clock) => _timer = clock.CreateTimer(_ => Age(), null, Minute, Minute);

    /// <summary>Whether it is; and it is called now, so it stays.</summary>
    public bool Has(string deviceId)
    {
        ref var left = ref Of(deviceId);
        if (left is 0 or Fresh)
        {
            return left != 0;
        }

        left = Fresh;
        return true;
    }

    public void Add(string deviceId) => Of(deviceId) = Fresh;

    public void Dispose() => _timer.Dispose();

    private ref byte Of(string deviceId) => ref _left[deviceId.GetHashCode(StringComparison.Ordinal) & (_left.Length - 1)];

    private void Age()
    {
        foreach (ref var left in _left.AsSpan())
        {
            left -= (byte)(left == 0 ? 0 : 1);
        }
    }
}
