namespace Rollcall.Http;

/// <summary>A value that all callers share: made on first use, never twice at the same time, and valid for some time.</summary>
/// <param name="fresh">How long it is valid. <see cref="Timeout.InfiniteTimeSpan"/>: for ever. A failure is not kept.</param>
internal sealed class Shared<T>(Func<Task<T>> make, TimeSpan fresh, TimeProvider clock)
{
    private readonly Lock _one = new();
    private Task<T>? _latest;
    private long _madeAt;

    public Task<T> GetAsync()
    {
        lock (_one)
        {
            return _latest is { } latest && (!latest.IsCompleted || (latest.IsCompletedSuccessfully && IsFresh())) ? latest : _latest = MakeAsync();
        }
    }

    private bool IsFresh() => fresh == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(_madeAt) < fresh;

    private async Task<T> MakeAsync()
    {
        // Not on the caller's thread: others wait for the lock meanwhile.
        var made = await Task.Run(make);
        _madeAt = clock.GetTimestamp();
        return made;
    }
}
