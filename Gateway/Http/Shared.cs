namespace Rollcall.Http;

/// <summary>An answer that is the same for everybody: made when it is first wanted, never twice at the same time, and good for a while.</summary>
/// <param name="fresh">How long it is good. <see cref="Timeout.InfiniteTimeSpan"/>: for ever. What failed is good for nobody else.</param>
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
        // Off the caller's thread: others wait for the lock meanwhile.
        var made = await Task.Run(make);
        _madeAt = clock.GetTimestamp();
        return made;
    }
}
