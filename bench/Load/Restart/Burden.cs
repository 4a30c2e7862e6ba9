namespace Rollcall.Load.Restart;

/// <summary>Threads that do nothing but take their share of the processor, as other programs of a busy machine do.</summary>
internal sealed class Burden : IDisposable
{
    private volatile bool _over;

    public Burden(int threads)
    {
        for (var number = 0; number < threads; number++)
        {
            new Thread(Spin) { IsBackground = true }.Start();
        }
    }

    public void Dispose() => _over = true;

    private void Spin()
    {
        while (!_over)
        {
            Thread.SpinWait(1_000);
        }
    }
}
