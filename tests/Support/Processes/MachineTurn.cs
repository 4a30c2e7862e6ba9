namespace Rollcall.Support.Processes;

/// <summary>
/// Test programs that have this as an assembly fixture run one after the other, also when they are started side by side: those that
/// measure time, and those that would take it from them. The lock is a file's, so that it ends with the process that holds
/// it, however that ends.
/// </summary>
public sealed class MachineTurn : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private FileStream? _turn;

    public async ValueTask InitializeAsync()
    {
        while (_turn is null)
        {
            try
            {
                _turn = new FileStream(Path.Combine(Path.GetTempPath(), "rollcall-tests.turn"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                    FileShare.None);
            }
            catch (IOException taken) when (taken is not DirectoryNotFoundException)
            {
                await Task.Delay(Step, TimeProvider.System);
            }
        }
    }

    public ValueTask DisposeAsync() => _turn?.DisposeAsync() ?? ValueTask.CompletedTask;
}
