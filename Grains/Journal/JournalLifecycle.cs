namespace Rollcall.Journal;

/// <summary>
/// The journal starts before the first grain and drains right after the last: grains are deactivated in the stage
/// <see cref="ServiceLifecycleStage.GrainDeactivation"/>, and it stops in the one below. Not later: then the silo updates the
/// membership table, which takes long while Redis is away, and callers that wait for a result would wait as long.
/// </summary>
internal sealed class JournalLifecycle(DeviceJournal journal, DeviceReader reader) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(DeviceJournal), ServiceLifecycleStage.RuntimeInitialize, Start, _ => Task.CompletedTask);
        lifecycle.Subscribe(nameof(DeviceJournal), ServiceLifecycleStage.GrainDeactivation - 1, _ => Task.CompletedTask, StopAsync);
    }

    private Task Start(CancellationToken cancellation)
    {
        journal.Start();
        reader.Start();
        return Task.CompletedTask;
    }

    private Task StopAsync(CancellationToken cancellation)
    {
        reader.Stop();
        return journal.DrainAsync();
    }
}
