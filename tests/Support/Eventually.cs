using System.Collections;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Rollcall.Support;

/// <summary>
/// Waits for what other threads and processes bring about: asks again and again until it is so. Its deadline is there for a test that fails,
/// on a machine that is busy; nothing is measured by it, and where all goes well it costs nothing.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Between two asks of something that moves a fake clock itself.</summary>
    public static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks until it is so.</summary>
    /// <param name="within">Null: a minute. Less only where less is what the test claims.</param>
    /// <param name="because">What the message of a failure says: what was awaited, and what there is instead.</param>
    /// <param name="step">Between two asks. Null: short at first, and longer the longer it takes.</param>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> IsSoAsync(
        Func<Task<bool>> isSo, TimeSpan? within = null, Func<string>? because = null, TimeSpan? step = null,
        [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        var watch = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (watch.Elapsed >= (within ?? Patience))
            {
                Assert.Fail($"After {watch.Elapsed.TotalSeconds:0.0} s still not so: {because?.Invoke() ?? what}");
            }

            await Task.Delay(step ?? StepAfter(watch.Elapsed), TimeProvider.System);
        }

        return watch.Elapsed;
    }

    /// <inheritdoc cref="IsSoAsync(Func{Task{bool}}, TimeSpan?, Func{string}?, TimeSpan?, string)" />
    public static Task<TimeSpan> IsSoAsync(
        Func<bool> isSo, TimeSpan? within = null, Func<string>? because = null, TimeSpan? step = null,
        [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        IsSoAsync(() => Task.FromResult(isSo()), within, because, step, what);

    /// <summary>Asks until the answer will do.</summary>
    /// <param name="within">Null: a minute. Less only where less is what the test claims.</param>
    /// <returns>The answer that did.</returns>
    public static async Task<T> GetAsync<T>(
        Func<Task<T>> ask, Func<T, bool> willDo, TimeSpan? within = null, [CallerArgumentExpression(nameof(willDo))] string what = "")
    {
        T last = default!;
        await IsSoAsync(async () => willDo(last = await ask()), within, () => $"{what}; the last was {Shown(last)}");
        return last;
    }

    /// <inheritdoc cref="GetAsync{T}(Func{Task{T}}, Func{T, bool}, TimeSpan?, string)" />
    public static Task<T> GetAsync<T>(
        Func<T> ask, Func<T, bool> willDo, TimeSpan? within = null, [CallerArgumentExpression(nameof(willDo))] string what = "") =>
        GetAsync(() => Task.FromResult(ask()), willDo, within, what);

    /// <summary>A quarter of what has passed: soon after a short wait, and no load of its own in a long one.</summary>
    private static TimeSpan StepAfter(TimeSpan passed) => TimeSpan.FromTicks(Math.Clamp(passed.Ticks / 4, ShortestStep.Ticks, LongestStep.Ticks));

    private static string Shown(object? last) => last switch
    {
        null => "null",
        string text => text,
        IEnumerable many => $"[{string.Join(", ", many.Cast<object?>().Select(Shown))}]",
        _ => last.ToString() ?? "",
    };
}
