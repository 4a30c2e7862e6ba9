using Rollcall.Devices;

namespace Rollcall.Journal;

/// <summary>How a store can fail.</summary>
public enum Fault
{
    None,

    /// <summary>Surely not written.</summary>
    Away,

    /// <summary>The connection is lost before the commit: nobody knows, nothing is written.</summary>
    LostBeforeCommit,

    /// <summary>The connection is lost after the commit: nobody knows, it is written.</summary>
    LostAfterCommit,
}

/// <summary>A real store that fails, or takes its time, when told to.</summary>
internal sealed class FaultyStore(IDeviceStore store) : IDeviceStore
{
    private TaskCompletionSource _gate = Opened();
    private volatile Fault _fault;
    private int _waiting;
    private int _running;
    private int _reads;

    /// <summary>How every write ends from now on. Reads and probes fail with it.</summary>
    public Fault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>Writes that stand before the closed gate.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>How often rows were asked for: by twins that are loaded, and by those in doubt.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Sizes of the batches written, in order.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>Most writes at any one time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Writes wait from now on, and probes behind a write that waits.</summary>
    public void Block() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => _gate.TrySetResult();

    public async Task<bool[]> WriteAsync(IReadOnlyList<Change> records, CancellationToken cancellation)
    {
        lock (Batches)
        {
            Batches.Add(records.Count);
            MostAtOnce = Math.Max(MostAtOnce, ++_running);
        }

        try
        {
            await Pass();
            return await Write(records, cancellation);
        }
        finally
        {
            lock (Batches)
            {
                _running--;
            }
        }
    }

    public Task<IReadOnlyList<DeviceRow>> ReadAsync(IReadOnlyList<string> deviceIds, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        return _fault == Fault.None
            ? store.ReadAsync(deviceIds, cancellation)
            : Task.FromException<IReadOnlyList<DeviceRow>>(new StoreUnavailableException("planted"));
    }

    public async Task ProbeAsync(CancellationToken cancellation)
    {
        if (Waiting > 0)
        {
            await _gate.Task.WaitAsync(cancellation);
        }

        await (_fault == Fault.None ? store.ProbeAsync(cancellation) : throw new StoreUnavailableException("planted"));
    }

    private async Task Pass()
    {
        Interlocked.Increment(ref _waiting);
        await _gate.Task;
        Interlocked.Decrement(ref _waiting);
    }

    private async Task<bool[]> Write(IReadOnlyList<Change> records, CancellationToken cancellation)
    {
        switch (_fault)
        {
            case Fault.Away:
                throw new StoreUnavailableException("planted");
            case Fault.LostBeforeCommit:
                throw new IOException("planted");
            case Fault.LostAfterCommit:
                await store.WriteAsync(records, cancellation);
                throw new IOException("planted");
            default:
                return await store.WriteAsync(records, cancellation);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}
