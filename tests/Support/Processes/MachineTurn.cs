using System.Globalization;

namespace Rollcall.Support.Processes;

/// <summary>
/// Test programs of one lane run one after the other, also when they are started side by side: each has so many processes or threads of its own that
/// two of them mostly wait for each other. There are two lanes: what waits and what computes share the machine well. The lock is a file's, so that it
/// ends with the process that holds it, however that ends.
/// </summary>
public abstract class MachineTurn(int lane) : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private FileStream? _turn;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"rollcall-tests.turn-{lane}"));
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

        GC.SuppressFinalize(this);
    }
}

/// <summary>The lane of tests that start our programs and wait for what those do.</summary>
public sealed class WaitingTurn() : MachineTurn(1);

/// <summary>The lane of tests that compute: what they test runs in their own process, or in a browser.</summary>
public sealed class ComputingTurn() : MachineTurn(2);
