namespace Rollcall.Secrets;

/// <summary>
/// The few places for slow checks, and the queue for them. A device has one check at a time. Addresses take turns, so that an address with
/// many checks waits for its own; when too many wait, the address with the most loses its newest.
/// </summary>
internal sealed class SlowChecks(int places, int mostWaiting, TimeSpan timeout, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _devices = [];
    private readonly LinkedList<Queue> _turns = [];
    private readonly Dictionary<string, LinkedListNode<Queue>> _queues = new(StringComparer.Ordinal);
    private int _free = places;
    private int _waiting;

    /// <summary>Checks that wait for a place.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <returns>True: it has a place, which <see cref="Leave"/> gives back. False: none within the timeout.</returns>
    public async ValueTask<bool> EnterAsync(ulong device, string address)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_free > 0 && _devices.Add(device))
            {
                _free--;
                return true;
            }

            if (_waiting >= mostWaiting && !MakeRoomFor(address))
            {
                return false;
            }

            waiter = new Waiter(device);
            Enqueue(address, waiter);
        }

        try
        {
            return await waiter.Answer.Task.WaitAsync(timeout, clock);
        }
        catch (TimeoutException)
        {
            lock (_gate)
            {
                if (Remove(address, waiter))
                {
                    return false;
                }
            }

            // The answer came at this very moment.
            return await waiter.Answer.Task;
        }
    }

    /// <summary>Takes a place if one is free.</summary>
    public bool TryEnter(ulong device)
    {
        lock (_gate)
        {
            if (_free == 0 || !_devices.Add(device))
            {
                return false;
            }

            _free--;
            return true;
        }
    }

    public void Leave(ulong device)
    {
        lock (_gate)
        {
            _devices.Remove(device);
            _free++;
            while (_free > 0 && Next() is { } waiter)
            {
                _free--;
                waiter.Answer.SetResult(true);
            }
        }
    }

    /// <summary>The first waiter of the address whose turn it is, and whose device has no check under way.</summary>
    private Waiter? Next()
    {
        for (var queue = _turns.First; queue is not null; queue = queue.Next)
        {
            for (var waiter = queue.Value.Waiters.First; waiter is not null; waiter = waiter.Next)
            {
                if (_devices.Add(waiter.Value.Device))
                {
                    _turns.Remove(queue);
                    _turns.AddLast(queue);
                    Take(queue, waiter);
                    return waiter.Value;
                }
            }
        }

        return null;
    }

    private void Enqueue(string address, Waiter waiter)
    {
        if (!_queues.TryGetValue(address, out var queue))
        {
            _queues.Add(address, queue = _turns.AddLast(new Queue(address)));
        }

        queue.Value.Waiters.AddLast(waiter);
        _waiting++;
    }

    /// <summary>Drops the newest waiter of the address with the most, unless this address would then have as many.</summary>
    private bool MakeRoomFor(string address)
    {
        LinkedListNode<Queue>? longest = null;
        for (var queue = _turns.First; queue is not null; queue = queue.Next)
        {
            longest = longest is null || queue.Value.Waiters.Count > longest.Value.Waiters.Count ? queue : longest;
        }

        var own = _queues.TryGetValue(address, out var mine) ? mine.Value.Waiters.Count : 0;
        if (longest is null || longest.Value.Waiters.Count <= own + 1)
        {
            return false;
        }

        var last = longest.Value.Waiters.Last!;
        Take(longest, last);
        last.Value.Answer.SetResult(false);
        return true;
    }

    private bool Remove(string address, Waiter waiter)
    {
        if (!_queues.TryGetValue(address, out var queue) || queue.Value.Waiters.Find(waiter) is not { } found)
        {
            return false;
        }

        Take(queue, found);
        return true;
    }

    private void Take(LinkedListNode<Queue> queue, LinkedListNode<Waiter> waiter)
    {
        queue.Value.Waiters.Remove(waiter);
        _waiting--;
        if (queue.Value.Waiters.Count == 0)
        {
            _queues.Remove(queue.Value.Address);
            _turns.Remove(queue);
        }
    }

    private sealed class Queue(string address)
    {
        public string Address => address;

        public LinkedList<Waiter> Waiters { get; } = [];
    }

    private sealed class Waiter(ulong device)
    {
        public ulong Device => device;

        public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
