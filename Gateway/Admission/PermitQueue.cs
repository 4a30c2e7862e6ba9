namespace Rollcall.Admission;

/// <summary>
/// So many calls at a time, and behind them those that will have their turn within the timeout. One more is told at once when
/// to come again: what is taken in is answered in time, and nothing grows old in a queue that nobody sees.
/// </summary>
internal sealed class PermitQueue : IDisposable
{
    private const double Weight = 1.0 / 32;

    /// <summary>
    /// Seconds. Longer holds are not believed to last: while a fleet connects everything is slow, and a moment later nothing. Who
    /// comes too early is turned away for a fraction of what a call costs; who comes too late has waited for nothing.
    /// </summary>
    private const double LongestHold = 0.5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Sweeping = TimeSpan.FromMilliseconds(250);
    private readonly AdmissionSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Appointments _appointments;
    private readonly Lock _gate = new();
    private readonly Queue<Waiter> _waiting = new();
    private readonly ITimer _sweep;
    private int _inside;

    /// <summary>Seconds that a call holds its permit, as a moving mean. Before the first it is a guess.</summary>
    private double _holds = 0.25;

    public PermitQueue(AdmissionSettings settings, TimeProvider clock)
    {
        (_settings, _clock, _appointments) = (settings, clock, new Appointments(clock, Longest));
        _sweep = clock.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <returns>Zero: a permit, to be left. Else the seconds after which the caller may come again.</returns>
    public ValueTask<int> EnterAsync()
    {
        lock (_gate)
        {
            if (_inside < _settings.Permits)
            {
                _inside++;
                return new ValueTask<int>(0);
            }

            if (_waiting.Count >= _settings.Waiting || Backlog(_waiting.Count + 1) > _settings.Timeout)
            {
                return new ValueTask<int>(Later());
            }

            if (_waiting.Count == 0)
            {
                _sweep.Change(Sweeping, Sweeping);
            }

            var waiter = new Waiter(_clock.GetTimestamp());
            _waiting.Enqueue(waiter);
            return new ValueTask<int>(waiter.Task);
        }
    }

    /// <summary>Hands the permit to who has waited longest, unless that is in vain by now.</summary>
    /// <param name="since">When it was taken.</param>
    public void Leave(long since)
    {
        lock (_gate)
        {
            _holds += (_clock.GetElapsedTime(since).TotalSeconds - _holds) * Weight;
            RefuseLate();
            if (_waiting.TryDequeue(out var next))
            {
                next.SetResult(0);
            }
            else
            {
                _inside--;
            }
        }
    }

    /// <summary>The seconds after which a caller whose call was not answered in time may come again.</summary>
    public int RetryAfter()
    {
        lock (_gate)
        {
            return Later();
        }
    }

    public void Dispose() => _sweep.Dispose();

    private int Later() => _appointments.Next(_settings.Permits / Math.Clamp(_holds, 0.001, LongestHold), Backlog(_waiting.Count));

    private TimeSpan Backlog(int callers) => TimeSpan.FromSeconds(callers * Math.Min(_holds, LongestHold) / _settings.Permits);

    private void Sweep()
    {
        lock (_gate)
        {
            RefuseLate();
            if (_waiting.Count == 0)
            {
                _sweep.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void RefuseLate()
    {
        while (_waiting.TryPeek(out var first) && _clock.GetElapsedTime(first.Since) > _settings.Timeout)
        {
            _waiting.Dequeue();
            first.SetResult(Later());
        }
    }

    /// <summary>Goes on elsewhere, not in the lock.</summary>
    private sealed class Waiter(long since) : TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;
    }
}
