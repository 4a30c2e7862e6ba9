namespace Rollcall.PortalApi.Hub;

/// <summary>
/// Work that is repeated after a time, or sooner when asked; after a failure it is asked for again. It runs in the background, one run at
/// a time: whoever starts the work of many customers waits for none of it.
/// </summary>
/// <param name="every">From the start of a run to the start of the next.</param>
/// <param name="failed">Called with the exception of a run that failed.</param>
internal sealed class PeriodicWork(Func<Task> work, TimeSpan every, TimeProvider clock, Action<Exception> failed)
{
    private long _begunAt = clock.GetTimestamp();
    private int _asked;
    private int _running;

    /// <summary>Makes the work due now.</summary>
    public void Ask() => Volatile.Write(ref _asked, 1);

    /// <summary>Starts a run if the work is due and none is under way. Waits for nothing.</summary>
    public void BeginWhenDue()
    {
        if (Volatile.Read(ref _asked) == 0 && clock.GetElapsedTime(_begunAt) < every)
        {
            return;
        }

        if (Interlocked.Exchange(ref _running, 1) == 0)
        {
            _ = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            // Reset before the work begins: a request that comes while it runs needs another run.
            Volatile.Write(ref _asked, 0);
            _begunAt = clock.GetTimestamp();
            await work();
        }
        catch (Exception fault)
        {
            Ask();
            failed(fault);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
