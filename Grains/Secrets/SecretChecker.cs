using Microsoft.Extensions.Options;

namespace Rollcall.Secrets;

/// <summary>Checks secrets: fast ones at once, slow ones in a small pool, so that no stampede of sign-ins starves the beats.</summary>
internal sealed class SecretChecker(IOptions<SecretOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SecretOptions _options = options.Value;
    private readonly SemaphoreSlim _places = new(options.Value.BcryptConcurrency);
    private readonly string _dummy = SecretScheme.HashChosen("nobody's secret", options.Value.BcryptCost);
    private int _waiting;

    /// <summary>Slow checks that wait for a place.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public async ValueTask<SecretVerdict> Check(string? credential, string secret)
    {
        if (credential is not null && SecretScheme.IsSlow(credential))
        {
            return await CheckSlowly(credential, secret);
        }

        if (credential is not null && SecretScheme.MatchesGenerated(credential, secret))
        {
            return SecretVerdict.Right;
        }

        await Dummy(secret);
        return SecretVerdict.Wrong;
    }

    /// <summary>
    /// A check whose result nobody wants: the time of a refusal must not tell an unknown id from a known one. Skipped when
    /// the pool is full, or guessing ids would keep real devices out.
    /// </summary>
    public async ValueTask Dummy(string secret)
    {
        if (_places.Wait(0, CancellationToken.None))
        {
            await InPlace(_dummy, secret);
        }
    }

    public void Dispose() => _places.Dispose();

    private async ValueTask<SecretVerdict> CheckSlowly(string credential, string secret)
    {
        if (!await TakePlace())
        {
            return SecretVerdict.Busy;
        }

        return await InPlace(credential, secret) ? SecretVerdict.Right : SecretVerdict.Wrong;
    }

    private async ValueTask<bool> TakePlace()
    {
        if (_places.Wait(0, CancellationToken.None))
        {
            return true;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > _options.BcryptWaiting)
            {
                return false;
            }

            using var patience = new CancellationTokenSource(_options.BcryptPatience, clock);
            await _places.WaitAsync(patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<bool> InPlace(string credential, string secret)
    {
        try
        {
            return await Task.Run(() => SecretScheme.MatchesChosen(credential, secret));
        }
        finally
        {
            _places.Release();
        }
    }
}

internal enum SecretVerdict
{
    Right,
    Wrong,

    /// <summary>The pool is full: nobody knows, ask again later.</summary>
    Busy,
}
