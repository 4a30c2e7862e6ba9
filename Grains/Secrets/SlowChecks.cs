namespace Rollcall.Secrets;

/// <summary>
/// The few places in which slow checks are made, and who is next. A device has one check at a time. Addresses take turns, so that one
/// that asks much waits for itself and not others for it; when too many wait, the address with the most gives way.
/// </summary>
internal sealed class SlowChecks(int places, int mostWaiting, TimeSpan patience, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _devices = [];
    private readonly LinkedList<Line> _turns = [];
    private readonly Dictionary<string, LinkedListNode<Line>> _lines = new(StringComparer.Ordinal);
    private int _free = places;
    private int _waiting;

    /// <summary>Checks that wait for a place.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <returns>True: it has a place, which <see cref="Leave"/> gives back. False: none within the patience.</returns>
    public async ValueTask<bool> EnterAsync(ulong device, string address)
    {
        Wish wish;
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

            wish = new Wish(device);
            Join(address, wish);
        }

        try
        {
            return await wish.Answer.Task.WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            lock (_gate)
            {
                if (Remove(address, wish))
                {
                    return false;
                }
            }

            // It was answered at this very moment.
            return await wish.Answer.Task;
        }
    }

    /// <summary>Takes a place that nobody wants.</summary>
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
            while (_free > 0 && Next() is { } wish)
            {
                _free--;
                wish.Answer.SetResult(true);
            }
        }
    }

    /// <summary>The first whose device has no check under way, of the address whose turn it is.</summary>
    private Wish? Next()
    {
        for (var line = _turns.First; line is not null; line = line.Next)
        {
            for (var wish = line.Value.Wishes.First; wish is not null; wish = wish.Next)
            {
                if (_devices.Add(wish.Value.Device))
                {
                    _turns.Remove(line);
                    _turns.AddLast(line);
                    Take(line, wish);
                    return wish.Value;
                }
            }
        }

        return null;
    }

    private void Join(string address, Wish wish)
    {
        if (!_lines.TryGetValue(address, out var line))
        {
            _lines.Add(address, line = _turns.AddLast(new Line(address)));
        }

        line.Value.Wishes.AddLast(wish);
        _waiting++;
    }

    /// <summary>The newest of the address with the most goes, unless this one would have as many.</summary>
    private bool MakeRoomFor(string address)
    {
        LinkedListNode<Line>? longest = null;
        for (var line = _turns.First; line is not null; line = line.Next)
        {
            longest = longest is null || line.Value.Wishes.Count > longest.Value.Wishes.Count ? line : longest;
        }

        var own = _lines.TryGetValue(address, out var mine) ? mine.Value.Wishes.Count : 0;
        if (longest is null || longest.Value.Wishes.Count <= own + 1)
        {
            return false;
        }

        var last = longest.Value.Wishes.Last!;
        Take(longest, last);
        last.Value.Answer.SetResult(false);
        return true;
    }

    private bool Remove(string address, Wish wish)
    {
        if (!_lines.TryGetValue(address, out var line) || line.Value.Wishes.Find(wish) is not { } found)
        {
            return false;
        }

        Take(line, found);
        return true;
    }

    private void Take(LinkedListNode<Line> line, LinkedListNode<Wish> wish)
    {
        line.Value.Wishes.Remove(wish);
        _waiting--;
        if (line.Value.Wishes.Count == 0)
        {
            _lines.Remove(line.Value.Address);
            _turns.Remove(line);
        }
    }

    private sealed class Line(string address)
    {
        public string Address => address;

        public LinkedList<Wish> Wishes { get; } = [];
    }

    private sealed class Wish(ulong device)
    {
        public ulong Device => device;

        public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
