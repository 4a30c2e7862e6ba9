namespace Rollcall.Support.Processes;

/// <summary>
/// Test programs that load the machine run one after the other, also when they are started side by side: each has so many processes or threads of its
/// own that two of them mostly wait for each other. The lock is a file's, so that it ends with the process that holds it, however that ends.
/// </summary>
public sealed class MachineTurn : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private FileStream? _turn;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), "rollcall-tests.turn");
        while (_turn is null)
        {
            try
            {
                _turn = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException taken) when (taken is not DirectoryNotFoundException)
            {
                await Task.Delay(Step, TimeProvider.System);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_turn is not null)
        {
            await _turn.DisposeAsync();
        }
    }
}
