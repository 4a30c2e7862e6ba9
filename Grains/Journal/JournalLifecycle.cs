namespace Rollcall.Journal;

/// <summary>
/// The journal starts before the first grain and drains after the last: grains are deactivated in the stage
/// <see cref="ServiceLifecycleStage.Active"/> and above, so it stops in the one below them.
/// </summary>
internal sealed class JournalLifecycle(DeviceJournal journal, DeviceReader reader) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(DeviceJournal),
        ServiceLifecycleStage.RuntimeInitialize,
        _ =>
        {
            journal.Start();
            reader.Start();
            return Task.CompletedTask;
        },
        _ =>
        {
            reader.Stop();
            return journal.DrainAsync();
        });
}
