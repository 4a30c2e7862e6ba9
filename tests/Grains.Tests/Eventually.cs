using System.Runtime.CompilerServices;

namespace Rollcall;

/// <summary>Waits for an effect that other threads bring about. The cap is for a test that fails; nothing is measured by it.</summary>
internal static class Eventual
{
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(20);

    public static Task Eventually(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Eventually(() => Task.FromResult(condition()), what);

    public static async Task Eventually(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var clock = TimeProvider.System;
        for (var start = clock.GetTimestamp(); !await condition();)
        {
            Assert.True(clock.GetElapsedTime(start) < Cap, $"not within {Cap.TotalSeconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), clock);
        }
    }
}
