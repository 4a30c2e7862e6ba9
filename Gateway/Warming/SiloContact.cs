namespace Rollcall.Warming;

/// <summary>Whether there are silos to be called: always where one is inside, in a cluster once the client has found one.</summary>
internal sealed class SiloContact(TimeProvider clock) : ILifecycleParticipant<IClusterClientLifecycle>
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when calls of grains can be answered.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether the first attempt succeeded; one that takes longer counts as failed.</summary>
    public async Task<bool> FirstAsync(TimeSpan timeout, CancellationToken stop)
    {
        try
        {
            return await _first.Task.WaitAsync(timeout, clock, stop);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Succeeded()
    {
        _first.TrySetResult(true);
        _reached.TrySetResult();
    }

    public void Failed() => _first.TrySetResult(false);

    public void Participate(IClusterClientLifecycle lifecycle) => lifecycle.Subscribe(nameof(SiloContact), ServiceLifecycleStage.Active, _ =>
    {
        Succeeded();
        return Task.CompletedTask;
    });
}
