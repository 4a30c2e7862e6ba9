using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Rollcall.Auth;

/// <summary>
/// The keys of an OpenID Connect authority, and how old they are. One fetch at a time serves all who wait for it. What strangers
/// make us ask is bounded, and nobody's verdict depends on who asked before.
/// </summary>
internal sealed partial class AuthorityKeys(Func<CancellationToken, Task<OpenIdConnectConfiguration>> fetch, TimeProvider clock,
    ILogger<AuthorityKeys> log)
{
    /// <summary>Older keys are fetched again: so long may a withdrawn one stay good.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>So long are keys believed while the authority cannot be asked.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Between fetches in the long run.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>After a fetch that failed.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>What one fetch may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Fetches that need no pause between them, when there were none for long.</summary>
    public const int AtOnce = 10;

    /// <summary>Callers that may wait for a first fetch, and of those with unknown keys.</summary>
    public const int MostWaiting = 1_000, MostUnknown = 250;

    /// <summary>Keys beyond <see cref="Fresh"/> are still taken at once, while a fetch is under way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile AuthorityWord? _word;
    private Task? _fetching;
    private long _fetches;
    private long _allowance;
    private long _notBefore;
    private readonly long _since = clock.GetTimestamp();
    private volatile bool _failed;
    private int _waiting;
    private long _failures;

    /// <summary>Fetches that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>How old the keys are that are known; without any, more than they may ever be.</summary>
    public TimeSpan KeysAge => _word is { } word ? Age(word) : Kept + clock.GetElapsedTime(_since);

    /// <summary>Whole seconds after which it is worth asking again, at least 1.</summary>
    public int RetryAfter
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(1, (int)Math.Ceiling(clock.GetElapsedTime(clock.GetTimestamp(), NextFetch()).TotalSeconds));
            }
        }
    }

    /// <summary>Whether a fetch is under way.</summary>
    public bool IsFetching
    {
        get
        {
            lock (_gate)
            {
                return _fetching is not null;
            }
        }
    }

    /// <summary>The keys to judge by.</summary>
    /// <returns>Null: there are none that may still be believed, and none could be fetched.</returns>
    public async ValueTask<AuthorityWord?> CurrentAsync()
    {
        var word = _word;
        if (word is not null && Age(word) < Fresh)
        {
            return word;
        }

        var fetching = Fetching();
        if (word is not null && Age(word) < Kept && (_failed || Age(word) < Fresh + Grace))
        {
            return word;
        }

        if (fetching is not null)
        {
            await WaitAsync(fetching, MostWaiting);
        }

        return _word is { } known && Age(known) < Kept ? known : null;
    }

    /// <summary>Keys that are enough, or else were fetched after this call.</summary>
    /// <param name="enough">Whether nothing newer is needed.</param>
    /// <returns>Null: they could not be fetched, or too many wait for that.</returns>
    public async ValueTask<AuthorityWord?> RenewedAsync(Func<AuthorityWord, bool> enough)
    {
        var before = Volatile.Read(ref _fetches);
        while (true)
        {
            if (_word is { } word && (word.Number > before || enough(word)))
            {
                return word;
            }

            if (Step(before) is not { } step || !await WaitAsync(step, MostUnknown))
            {
                return null;
            }
        }
    }

    /// <summary>What somebody waits for next who came when so many fetches had begun; null: in vain.</summary>
    private Task? Step(long before)
    {
        lock (_gate)
        {
            var wait = clock.GetElapsedTime(clock.GetTimestamp(), NextFetch());
            return _fetching is not null ? _fetching
                : _failed && (_fetches > before || wait > TimeSpan.Zero) ? null
                : wait > TimeSpan.Zero ? Task.Delay(wait, clock)
                : Begin();
        }
    }

    /// <summary>The fetch that is under way, or begins now; null: it is too early for one.</summary>
    private Task? Fetching()
    {
        lock (_gate)
        {
            return _fetching ?? (clock.GetTimestamp() >= NextFetch() ? Begin() : null);
        }
    }

    private long NextFetch() => Math.Max(_notBefore, _allowance - Ticks(Pause * (AtOnce - 1)));

    private Task Begin()
    {
        var (number, begun) = (++_fetches, clock.GetTimestamp());
        _allowance = Math.Max(begun, _allowance) + Ticks(Pause);
        return _fetching = Task.Run(() => FetchAsync(number, begun));
    }

    private async Task FetchAsync(long number, long begun)
    {
        AuthorityWord? word = null;
        string? fault = null;
        try
        {
            using var patience = new CancellationTokenSource(Timeout, clock);
            word = AuthorityWord.Of(await fetch(patience.Token), number, begun);
            fault = word.Keys.Count == 0 ? "it names no key that signs" : null;
        }
        catch (OperationCanceledException)
        {
            fault = $"no answer within {Timeout.TotalSeconds} s";
        }
        catch (Exception away)
        {
            // Whatever it is: what the authority sends is not ours.
            fault = away.GetBaseException().Message.ReplaceLineEndings(" ");
        }

        lock (_gate)
        {
            // An authority that has taken all its keys back is believed; silence and nonsense say nothing of the keys.
            _word = fault is null ? word : word is null ? _word : null;
            _notBefore = fault is null ? 0 : clock.GetTimestamp() + Ticks(Retry);
            _fetching = null;
            if (fault is not null && !_failed)
            {
                LogAway(fault[..Math.Min(fault.Length, 300)]);
            }
            else if (fault is null && _failed)
            {
                LogBack();
            }

            _failed = fault is not null;
            _failures += _failed ? 1 : 0;
        }
    }

    /// <returns>False: as many as may wait already.</returns>
    private async Task<bool> WaitAsync(Task step, int most)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > most)
            {
                return false;
            }

            await step;
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private TimeSpan Age(AuthorityWord word) => clock.GetElapsedTime(word.Begun);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);

    [LoggerMessage(
        LogLevel.Warning,
        "The keys of PORTAL_JWT_AUTHORITY cannot be fetched: {Fault}. Known ones are good for an hour from when they were fetched; without, "
            + "portals are answered 503")]
    private partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Information, "The keys of PORTAL_JWT_AUTHORITY can be fetched again")]
    private partial void LogBack();
}
