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

    /// <summary>Seconds: the pool has forgotten who waited by then.</summary>
    private const int Soon = 5;

    /// <summary>Stands for the credential of an id that has none, or one that is not checked slowly.</summary>
    private readonly string _dummy = SecretScheme.HashChosen("nobody's secret", options.Value.BcryptCost);

    private readonly WrongSecrets _wrong = new(options.Value.WrongSecretsMost, clock);

    private readonly SlowChecks _slow = new(options.Value.BcryptConcurrency, options.Value.BcryptWaiting, options.Value.BcryptPatience, clock);

    private readonly Appointments _appointments = new(clock, TimeSpan.FromMinutes(5));

    /// <summary>Seconds that a slow check takes, as a moving mean; zero before the first.</summary>
    private double _takes;

    /// <summary>Slow checks that wait for a place.</summary>
    public int Waiting => _slow.Waiting;

    /// <summary>Seconds after which somebody whose check found no room may come again: checks are done one after the other, and so are these told to come.</summary>
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

    /// <param name="credential">The stored form of the device's secret; null: there is no such device, or it has none yet.</param>
    public async ValueTask<SecretVerdict> Check(string deviceId, string? credential, string secret, SignInSource source)
    {
        var chosen = credential is not null && SecretScheme.IsSlow(credential);
        if (credential is not null && !chosen && SecretScheme.MatchesGenerated(credential, secret))
        {
            return SecretVerdict.Right;
        }

        var device = RecentHashes.Of(deviceId);
        if (!_wrong.Admits(device, secret, source))
        {
            return SecretVerdict.TooMany;
        }

        if (!await _slow.EnterAsync(device, source.Address))
        {
            _wrong.GiveBack(device, secret, source);
            return SecretVerdict.Busy;
        }

        var began = clock.GetTimestamp();
        try
        {
            if (await Task.Run(() => SecretScheme.MatchesChosen(chosen ? credential! : _dummy, secret)) && chosen)
            {
                return SecretVerdict.Right;
            }

            _wrong.Add(device);
            return SecretVerdict.Wrong;
        }
        finally
        {
            var (took, takes) = (clock.GetElapsedTime(began).TotalSeconds, Volatile.Read(ref _takes));
            Volatile.Write(ref _takes, takes == 0 ? took : takes + ((took - takes) / 8));
            _slow.Leave(device);
        }
    }
}

internal enum SecretVerdict
{
    Right,
    Wrong,

    /// <summary>The pool is full: nobody knows, ask again later.</summary>
    Busy,

    /// <summary>Wrong ones came too often, so this one was not looked at: ask again later.</summary>
    TooMany,
}
