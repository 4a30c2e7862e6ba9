using Orleans.Runtime;
using Rollcall.Devices;

namespace Rollcall.DeviceApi;

/// <summary>
/// Retries of calls that may be repeated without harm. The grains of a silo that stops or dies move to the others within seconds: within
/// the device's timeout the gateway retries, and the device sees a delay instead of an error.
/// </summary>
internal static class TwinCalls
{
    /// <summary>
    /// Most retries of timed out calls at one time. A silo that dies loses few answers; when all calls time out there is overload,
    /// and retries would double it.
    /// </summary>
    private const int MostTimeoutRetries = 64;

    /// <summary>Milliseconds before each retry; together well below the 10 s that a device waits for an answer.</summary>
    private static readonly int[] Pauses = [0, 50, 200, 500, 1_000, 1_500];

    private static int _timeoutRetries;

    /// <summary>
    /// Retries a call while the activation is stale, or its silo is gone. A call that timed out is retried once.
    /// </summary>
    /// <param name="call">Not a closure where it is made for each heartbeat: it gets what it needs as <paramref name="state"/>.</param>
    public static async ValueTask<T> RetryAsync<TState, T>(TState state, Func<TState, ValueTask<T>> call, Func<T, Refusal> refusal)
    {
        var timedOut = false;
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
                catch (Exception gone) when (IsGone(gone) || (gone is TimeoutException && !timedOut && MayRetryTimeout()))
                {
                    timedOut |= gone is TimeoutException;
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
            if (timedOut)
            {
                Interlocked.Decrement(ref _timeoutRetries);
            }
        }
    }

    public static ValueTask<T> RetryAsync<T>(Func<ValueTask<T>> call, Func<T, Refusal> refusal) =>
        RetryAsync(call, static call => call(), refusal);

    /// <summary>Retries a call that has no refusals: a read of the fleet.</summary>
    public static ValueTask<T> RetryAsync<T>(Func<ValueTask<T>> call) => RetryAsync(call, _ => Refusal.None);

    /// <summary>
    /// Retries a removal or an end: when an earlier try may have done it and its answer was lost, finding it done (<paramref name="gone"/>)
    /// is success.
    /// </summary>
    public static async ValueTask<Refusal> RetryRemovalAsync(Func<ValueTask<Refusal>> call, Refusal gone)
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

    private static bool MayRetryTimeout()
    {
        if (Interlocked.Increment(ref _timeoutRetries) <= MostTimeoutRetries)
        {
            return true;
        }

        Interlocked.Decrement(ref _timeoutRetries);
        return false;
    }

    private static bool IsGone(Exception fault) => fault is OrleansMessageRejectionException or SiloUnavailableException;
}
