using System.Diagnostics;

namespace Rollcall;

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until it is so.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> IsSoAsync(Func<Task<bool>> isSo, TimeSpan within, Func<string> because)
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(watch.Elapsed < within, $"After {watch.Elapsed.TotalSeconds:0.0} s still not so: {because()}");
            await Task.Delay(Step, TimeProvider.System);
        }

        return watch.Elapsed;
    }

    public static Task<TimeSpan> IsSoAsync(Func<bool> isSo, TimeSpan within, Func<string> because) =>
        IsSoAsync(() => Task.FromResult(isSo()), within, because);
}
