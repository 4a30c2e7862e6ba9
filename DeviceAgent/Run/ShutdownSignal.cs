using System.Runtime.InteropServices;

namespace Rollcall.DeviceAgent.Run;

/// <summary>SIGTERM and SIGINT request a goodbye; a second signal ends the process at once.</summary>
internal sealed class ShutdownSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    public ShutdownSignal() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
    ];

    public CancellationToken Stop => _stop.Token;

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = !_stop.IsCancellationRequested;
        // Not Cancel: the loops would go on in the signal's thread.
        _ = _stop.CancelAsync();
    }
}
