using Rollcall.Support.Processes;

namespace Rollcall;

/// <summary>A test with real processes and real signals.</summary>
public abstract class CrashTest : IAsyncDisposable
{
    private readonly List<Installation> _installations = [];

    protected CrashTest(ITestOutputHelper output)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        Output = output;
    }

    protected ITestOutputHelper Output { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var installation in _installations)
        {
            await installation.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A place for a gateway, gone with its processes when the test ends, however it ends.</summary>
    private protected Installation Install(int demoDevices = 0, int timeoutSeconds = 6)
    {
        var installation = new Installation(demoDevices, TimeSpan.FromSeconds(timeoutSeconds));
        _installations.Add(installation);
        return installation;
    }

    /// <summary>CHAOS_SEED repeats a run.</summary>
    protected Random Seeded()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), out var given) ? given : Random.Shared.Next();
        Output.WriteLine($"CHAOS_SEED={seed}");
        return new Random(seed);
    }
}
