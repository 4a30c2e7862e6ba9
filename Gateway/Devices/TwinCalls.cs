using Orleans.Runtime;

namespace Rollcall.Devices;

/// <summary>
/// Calls that may be made again without harm. A silo that stops or dies hands its grains to the others within seconds: within
/// the device's patience that is our delay, not its fault.
/// </summary>
internal static class TwinCalls
{
    /// <summary>
    /// Second tries at a time for answers that did not come. A silo that is lost loses few; when all are late there are too
    /// many, and calling again would make twice as many.
    /// </summary>
    private const int MostSecondTries = 64;

    /// <summary>Milliseconds before each further try; together well below the 10 s that a device waits for an answer.</summary>
    private static readonly int[] Pauses = [0, 50, 200, 500, 1_000, 1_500];

    private static int _secondTries;

    /// <summary>
    /// Calls again while the activation has to give way to a newer one, or its silo is gone. The answer to a call that got lost is waited
    /// for once more.
    /// </summary>
    /// <param name="call">Not a closure where it is made for each beat: what it needs is <paramref name="state"/>.</param>
    public static async ValueTask<T> RetryAsync<TState, T>(TState state, Func<TState, ValueTask<T>> call, Func<T, Refusal> refusal)
    {
        var lost = false;
        try
        {
            foreach (var pause in Pauses)
            {
                try
                {
                    var answer = await call(state);
                    if (refusal(answer) != Refusal.StaleActivation)
                    {
                        return answer;
                    }
                }
                catch (Exception gone) when (IsGone(gone) || (gone is TimeoutException && !lost && MayTryAgain()))
                {
                    lost |= gone is TimeoutException;
                }

                if (pause > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(pause), TimeProvider.System);
                }
            }

            return await call(state);
        }
        finally
        {
            if (lost)
            {
                Interlocked.Decrement(ref _secondTries);
            }
        }
    }

    public static ValueTask<T> RetryAsync<T>(Func<ValueTask<T>> call, Func<T, Refusal> refusal) =>
        RetryAsync(call, static call => call(), refusal);

    /// <summary>Of a call without refusals: a read of the roster.</summary>
    public static ValueTask<T> RetryAsync<T>(Func<ValueTask<T>> call) => RetryAsync(call, _ => Refusal.None);

    /// <summary>
    /// A removal or an end: when a former try may have done it and its answer was lost, finding it done (<paramref name="gone"/>) is success.
    /// </summary>
    public static async ValueTask<Refusal> RetryAsync(Func<ValueTask<Refusal>> call, Refusal gone)
    {
        var tries = 0;
        var refusal = await RetryAsync(
            () =>
            {
                tries++;
                return call();
            },
            answer => answer);
        return tries > 1 && refusal == gone ? Refusal.None : refusal;
    }

    private static bool MayTryAgain()
    {
        if (Interlocked.Increment(ref _secondTries) <= MostSecondTries)
        {
            return true;
        }

        Interlocked.Decrement(ref _secondTries);
        return false;
    }

    private static bool IsGone(Exception fault) => fault is OrleansMessageRejectionException or SiloUnavailableException;
}

/// <summary>This run of the gateway: when it is lost, devices last heard through it are not silent.</summary>
internal sealed record Incarnation(string Id)
{
    public static Incarnation New() => new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}");
}
