namespace Rollcall.Portal.Fleet;

/// <summary>Transitions are drawn at once, metrics a few times a second: a page that draws every beat does nothing else.</summary>
public sealed class RenderPace(TimeProvider clock, Action render) : IDisposable
{
    public static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(200);
    private ITimer? _timer;

    public void Request(Urgency urgency)
    {
        if (urgency == Urgency.AtOnce)
        {
            Render();
        }
        else
        {
            _timer ??= clock.CreateTimer(_ => Render(), null, Calm, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => Stop();

    private void Render()
    {
        Stop();
        render();
    }

    private void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
