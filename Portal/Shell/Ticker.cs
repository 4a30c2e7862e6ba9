namespace Rollcall.Portal.Shell;

/// <summary>One tick a second for everything that shows a time, so that all move together.</summary>
public sealed class Ticker(TimeProvider clock) : IDisposable
{
    private ITimer? _timer;

    public event Action? Ticked;

    public void Start() => _timer ??= clock.CreateTimer(_ => Ticked?.Invoke(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    public void Dispose() => _timer?.Dispose();
}
