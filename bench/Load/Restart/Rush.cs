using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Rollcall.Load.Restart;

/// <summary>What a fleet that came all at once was answered.</summary>
internal sealed class Rush
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly ConcurrentQueue<double> _served = new();
    private readonly ConcurrentQueue<double> _took = new();
    private int _longestWait;

    public int Timeouts => _answers.GetValueOrDefault("none in 10 s");

    public int Served => _served.Count;

    public void Answered(int status, TimeSpan took, int retryAfter)
    {
        Count($"{status}");
        _took.Enqueue(took.TotalSeconds);
        if (status is 200 or 202)
        {
            _served.Enqueue(Stopwatch.GetElapsedTime(_began).TotalSeconds);
        }

        for (var longest = _longestWait; retryAfter > longest; longest = _longestWait)
        {
            Interlocked.CompareExchange(ref _longestWait, retryAfter, longest);
        }
    }

    public void Unanswered(bool late) => Count(late ? "none in 10 s" : "connection lost");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"answers {string.Join(", ", _answers.OrderBy(one => one.Key).Select(one => $"{one.Key}: {one.Value}"))}; an answer takes "
            + $"p50/p99/max {Of(_took)} s; served after p50/p99/max {Of(_served)} s; longest Retry-After {_longestWait} s");

    private void Count(string what) => _answers.AddOrUpdate(what, 1, static (_, count) => count + 1);

    private static string Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? "-" : string.Create(
            CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:F2}/{sorted[sorted.Length * 99 / 100]:F2}/{sorted[^1]:F2}");
    }
}
