using System.Collections.Concurrent;
using System.Diagnostics;

namespace Rollcall.Load.Generator;

/// <summary>Counts what is answered while it is open. Latencies are kept in steps of 10 microseconds.</summary>
internal sealed class Tally
{
    private const int StepsPerSecond = 100_000;
    private readonly int[] _latencies = new int[4 * StepsPerSecond];
    private readonly ConcurrentDictionary<string, int> _errors = new();
    private volatile bool _open;
    private int _stored;

    /// <summary>Answers 200 with <c>"stored":true</c>.</summary>
    public int Stored => _stored;

    /// <summary>Everything else, also outside the measured time: a load in which something fails measures nothing.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    public void Open() => _open = true;

    public void Close() => _open = false;

    public void Success(long ticks)
    {
        if (_open)
        {
            Interlocked.Increment(ref _stored);
            var step = (int)Math.Min(ticks * StepsPerSecond / Stopwatch.Frequency, _latencies.Length - 1);
            Interlocked.Increment(ref _latencies[step]);
        }
    }

    public void Error(string what) => _errors.AddOrUpdate(what, 1, static (_, count) => count + 1);

    /// <summary>Milliseconds within which this share of the answers came.</summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(_stored * share);
        long seen = 0;
        for (var step = 0; step < _latencies.Length; step++)
        {
            seen += _latencies[step];
            if (seen >= wanted)
            {
                return (step + 0.5) * 1_000 / StepsPerSecond;
            }
        }

        return double.NaN;
    }
}
