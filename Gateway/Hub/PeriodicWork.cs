namespace Rollcall.Hub;

/// <summary>
/// Something to be done again after a time, or sooner when asked; a failure is asked again. It runs by itself, one run at a
/// time: who looks after many chores waits for none of them.
/// </summary>
/// <param name="every">From the begin of a run to the begin of the next.</param>
/// <param name="failed">What is done with the fault of a run.</param>
internal sealed class PeriodicWork(Func<Task> work, TimeSpan every, TimeProvider clock, Action<Exception> failed)
{
    private long _begunAt = clock.GetTimestamp();
    private int _asked;
    private int _running;

    public void Ask() => Volatile.Write(ref _asked, 1);

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
            // Taken back before the work begins: what asks while it runs is not answered by it.
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
