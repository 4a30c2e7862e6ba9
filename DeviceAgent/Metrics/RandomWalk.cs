using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Metrics;

/// <summary>Invented numbers for demonstrations: a smooth walk, the same for the same device at every start.</summary>
internal sealed class RandomWalk : IMetricSource
{
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly double _uptime;
    private double _cpu;
    private double _memory;
    private uint _seed;

    public RandomWalk(string deviceId, TimeProvider clock)
    {
        _clock = clock;
        _began = clock.GetTimestamp();
        _seed = Seed(deviceId);
        _cpu = 10 + (40 * Roll());
        _memory = 30 + (40 * Roll());
        _uptime = Math.Floor(30 * 86_400 * Roll());
    }

    public BeatMetrics Read()
    {
        _cpu = Walk(_cpu, 4);
        _memory = Walk(_memory, 1);
        var uptime = _uptime + _clock.GetElapsedTime(_began).TotalSeconds;
        return new BeatMetrics(Math.Round(_cpu, 2), Math.Round(_memory, 2), Math.Round(uptime, 2));
    }

    private double Walk(double value, double stride) => Math.Clamp(value + (stride * ((2 * Roll()) - 1)), 1, 99);

    // Xorshift: four bytes of state a device, where a seeded Random keeps some hundred.
    private double Roll()
    {
        _seed ^= _seed << 13;
        _seed ^= _seed >> 17;
        _seed ^= _seed << 5;
        return _seed / (uint.MaxValue + 1.0);
    }

    // FNV-1a: string.GetHashCode differs from start to start.
    private static uint Seed(string text)
    {
        var hash = text.Aggregate(2_166_136_261u, (sum, letter) => unchecked((sum ^ letter) * 16_777_619));
        return hash == 0 ? 1 : hash;
    }
}
