using Microsoft.Extensions.Options;

namespace Rollcall.Secrets;

/// <summary>
/// Checks secrets: fast ones at once, slow ones in a small pool, so that no stampede of sign-ins starves the beats. Whoever has no
/// right secret goes one way, whether the id is known or not: the same limit, the same line, the same time.
/// </summary>
internal sealed class SecretChecker(IOptions<SecretOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Seconds. Longer checks are not believed to last, as those of a process that has just started: the pool must not stand
    /// idle because all were told to come late.
    /// </summary>
    private const double LongestCheck = 0.5;

    /// <summary>Of bcrypt.</summary>
    private const int LeastCost = 4;

    /// <summary>Seconds: the pool has forgotten who waited by then.</summary>
    private const int Soon = 5;

    /// <summary>
    /// Stands for the credential of an id that has none, or one that is not checked slowly. Made beside the start, which would be longer by
    /// it.
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
    /// Seconds after which somebody whose check found no room may come again: checks are done one after the other, and so are these told to
    /// come.
    /// </summary>
    /// <param name="deviceId">One that is guessed is told to come soon: guesses keep no appointments, and they take none from others.</param>
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
    /// <param name="address">Whose turn in the pool it is.</param>
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

    /// <summary>Puts a weak stored form behind a slow one, in a place of the pool that nobody wants.</summary>
    /// <returns>Null: there is none now.</returns>
    public async ValueTask<string?> Harden(string deviceId, string weak)
    {
        var device = RecentHashes.Of(deviceId);
        return _slow.TryEnter(device) ? await InPlace(device, () => SecretScheme.Harden(weak, options.Value.BcryptCost)) : null;
    }

    /// <summary>Nobody waits for a better form: when the pool is busy, the secret comes again.</summary>
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

    /// <summary>What would only be slower to guess is made when nobody waits for the place.</summary>
    private string? BetterChosen(string right, string secret) =>
        SecretScheme.IsBetterChosen(right, secret) || (SecretScheme.IsCheap(right, options.Value.BcryptCost) && Waiting == 0)
            ? SecretScheme.HashChosen(secret, options.Value.BcryptCost)
            : null;

    /// <summary>
    /// A wrong secret takes the rounds of one check of our own, of whomever: its time must not tell a known id from an unknown one. What a
    /// hash from elsewhere has less is made up for, power by power; what it has more cannot be.
    /// </summary>
    /// <returns>The costs of the checks that are to be made beside.</returns>
    internal static IEnumerable<int> Missing(IEnumerable<string> slow, int cost)
    {
        var left = (1L << cost) - slow.Sum(one => 1L << SecretScheme.CostOf(one));
        return left <= 0 ? [] : Enumerable.Range(LeastCost, cost - LeastCost + 1).Where(power => (left & (1L << power)) != 0);
    }
}

/// <summary>What became of a check.</summary>
/// <param name="Credential">The stored form that the secret matches.</param>
/// <param name="Better">A form that is to be stored in its place; null: it is as good as can be had now.</param>
internal sealed record SecretCheck(SecretVerdict Verdict, string? Credential = null, string? Better = null);

internal enum SecretVerdict
{
    Right,
    Wrong,

    /// <summary>The pool is full: nobody knows, ask again later.</summary>
    Busy,

    /// <summary>Wrong ones came too often, so this one was not looked at: ask again later.</summary>
    TooMany,
}
