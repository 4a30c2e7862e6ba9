using Microsoft.Extensions.Options;

namespace Rollcall.Secrets;

/// <summary>
/// Checks secrets: fast ones at once, slow ones in a small pool, so that a burst of sign-ins does not starve heartbeats. A wrong secret is
/// treated alike for known and unknown ids: the same limit, the same queue, the same time.
/// </summary>
internal sealed class SecretChecker(IOptions<SecretOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Seconds. A longer check counts as an exception, such as right after a start: the pool must not stand idle because every caller was
    /// asked to retry late.
    /// </summary>
    private const double LongestCheck = 0.5;

    /// <summary>The lowest cost that bcrypt has.</summary>
    private const int LeastCost = 4;

    /// <summary>Seconds: by then the pool has served those who wait.</summary>
    private const int Soon = 5;

    /// <summary>
    /// Checked in place of a credential when an id has none, or none that is slow. Computed in the background, so that the start does not
    /// wait for it.
    /// </summary>
    private readonly Task<string> _dummy = Task.Run(() => SecretScheme.HashChosen("nobody's secret", options.Value.BcryptCost));

    private readonly WrongSecrets _wrong = new(options.Value.WrongSecretsMost, clock);

    private readonly SlowChecks _slow = new(options.Value.BcryptConcurrency, options.Value.BcryptWaiting, options.Value.BcryptTimeout, clock);

    private readonly Appointments _appointments = new(clock, TimeSpan.FromMinutes(5));

    /// <summary>Seconds that a slow check takes, as a moving mean; zero before the first.</summary>
    private double _takes;

    /// <summary>Slow checks that wait for a place.</summary>
    public int Waiting => _slow.Waiting;

    /// <summary>
    /// Seconds after which a caller whose check found no place may retry. Retries are spread, because checks are done one after the
    /// other.
    /// </summary>
    /// <param name="deviceId">
    /// A device whose secret is being guessed gets a short time: guesses do not keep to it, and must not take the times of others.
    /// </param>
    public int RetryAfter(string deviceId)
    {
        if (_wrong.IsGuessed(RecentHashes.Of(deviceId)))
        {
            return Soon;
        }

        var takes = Math.Clamp(Volatile.Read(ref _takes), 0.001, LongestCheck);
        return _appointments.Next(options.Value.BcryptConcurrency / takes, TimeSpan.FromSeconds(Waiting * takes / options.Value.BcryptConcurrency));
    }

    /// <param name="stored">Stored forms of the device's secrets; none: there is no such device, or it has none yet.</param>
    public async ValueTask<SecretCheck> Verify(string deviceId, IReadOnlyList<string> stored, string secret, SignInSource source)
    {
        var device = RecentHashes.Of(deviceId);
        if (stored.FirstOrDefault(one => SecretScheme.MatchesFast(one, secret)) is { } right)
        {
            return new SecretCheck(SecretVerdict.Right, right,
                SecretScheme.Better(right, secret) ?? (source.Sparingly ? null : await BetterAtOnce(device, right, secret)));
        }

        if (!_wrong.Admits(device, secret, source))
        {
            return new SecretCheck(SecretVerdict.TooMany);
        }

        if (!await _slow.EnterAsync(device, source.Address))
        {
            _wrong.GiveBack(device, secret, source);
            return new SecretCheck(SecretVerdict.Busy);
        }

        var began = clock.GetTimestamp();
        try
        {
            var dummy = await _dummy;
            if (await Task.Run(() => FirstSlow(stored, secret, dummy)) is { } found)
            {
                return found;
            }

            _wrong.Add(device);
            return new SecretCheck(SecretVerdict.Wrong);
        }
        finally
        {
            var (took, takes) = (clock.GetElapsedTime(began).TotalSeconds, Volatile.Read(ref _takes));
            Volatile.Write(ref _takes, takes == 0 ? took : takes + ((took - takes) / 8));
            _slow.Leave(device);
        }
    }

    /// <summary>
    /// Stored form of a secret that comes from outside: a keyed hash if it has 128 bits by its form, else a slow one out of the pool.
    /// </summary>
    /// <param name="address">The address whose turn in the pool it is.</param>
    /// <returns>Null: the pool is full.</returns>
    public async ValueTask<string?> Hash(string deviceId, string secret, string address)
    {
        if (SecretScheme.IsStrong(secret))
        {
            return SecretScheme.HashGenerated(secret);
        }

        var device = RecentHashes.Of(deviceId);
        return await _slow.EnterAsync(device, address)
            ? await InPlace(device, () => SecretScheme.HashChosen(secret, options.Value.BcryptCost)) : null;
    }

    /// <summary>Hashes a weak stored form slowly, in a free place of the pool.</summary>
    /// <returns>Null: no place is free now.</returns>
    public async ValueTask<string?> Harden(string deviceId, string weak)
    {
        var device = RecentHashes.Of(deviceId);
        return _slow.TryEnter(device) ? await InPlace(device, () => SecretScheme.Harden(weak, options.Value.BcryptCost)) : null;
    }

    /// <summary>A better form is made only if the pool has a free place: the next sign-in is another chance.</summary>
    private async ValueTask<string?> BetterAtOnce(ulong device, string credential, string secret) =>
        SecretScheme.IsBetterChosen(credential, secret) && _slow.TryEnter(device)
            ? await InPlace(device, () => SecretScheme.HashChosen(secret, options.Value.BcryptCost))
            : null;

    private async Task<string> InPlace(ulong device, Func<string> work)
    {
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            _slow.Leave(device);
        }
    }

    private SecretCheck? FirstSlow(IReadOnlyList<string> stored, string secret, string dummy)
    {
        var slow = stored.Where(SecretScheme.IsSlow).ToArray();
        if (Array.Find(slow, one => SecretScheme.MatchesSlow(one, secret)) is { } right)
        {
            return new SecretCheck(SecretVerdict.Right, right, SecretScheme.Better(right, secret) ?? BetterChosen(right, secret));
        }

        foreach (var cost in Missing(slow, options.Value.BcryptCost))
        {
            SecretScheme.MatchesSlow(SecretScheme.WithCost(dummy, cost), secret);
        }

        return null;
    }

    /// <summary>A form that is only slower to guess is made when nobody waits for the place.</summary>
    private string? BetterChosen(string right, string secret) =>
        SecretScheme.IsBetterChosen(right, secret) || (SecretScheme.IsCheap(right, options.Value.BcryptCost) && Waiting == 0)
            ? SecretScheme.HashChosen(secret, options.Value.BcryptCost)
            : null;

    /// <summary>
    /// A wrong secret always takes the rounds of one check with our cost: its time must not reveal whether the id is known. Missing rounds of
    /// a cheaper foreign hash are added, power by power; those of a more expensive one cannot be taken away.
    /// </summary>
    /// <returns>The costs of the additional checks.</returns>
    internal static IEnumerable<int> Missing(IEnumerable<string> slow, int cost)
    {
        var left = (1L << cost) - slow.Sum(one => 1L << SecretScheme.CostOf(one));
        return left <= 0 ? [] : Enumerable.Range(LeastCost, cost - LeastCost + 1).Where(power => (left & (1L << power)) != 0);
    }
}

/// <summary>The result of a check.</summary>
/// <param name="Credential">The stored form that the secret matches.</param>
/// <param name="Better">A form to store in its place; null: none.</param>
internal sealed record SecretCheck(SecretVerdict Verdict, string? Credential = null, string? Better = null);

internal enum SecretVerdict
{
    Right,
    Wrong,

    /// <summary>The pool is full: unknown, retry later.</summary>
    Busy,

    /// <summary>Too many wrong secrets, so this one was not checked: retry later.</summary>
    TooMany,
}
