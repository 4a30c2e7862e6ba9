namespace Rollcall.Hub;

/// <summary>Something to be done again after a time, or sooner when asked; a failure is asked again.</summary>
internal sealed class Chore(TimeSpan every, TimeProvider clock)
{
    private long _doneAt = clock.GetTimestamp();
    private int _asked;

    public void Ask() => Volatile.Write(ref _asked, 1);

    public async Task DoWhenDueAsync(Func<Task> work)
    {
        // Taken back before the work begins: what asks while it runs is not answered by it.
        if (Interlocked.Exchange(ref _asked, 0) == 0 && clock.GetElapsedTime(_doneAt) < every)
        {
            return;
        }

        try
        {
            _doneAt = clock.GetTimestamp();
            await work();
        }
        catch
        {
            Ask();
            throw;
        }
    }
}
