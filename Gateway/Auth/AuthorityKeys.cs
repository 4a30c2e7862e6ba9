using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Rollcall.Auth;

/// <summary>
/// The keys of an OpenID Connect authority, and their age. One fetch at a time serves all who wait for it. Tokens of strangers can cause
/// a bounded number of fetches only, and the result for one token does not depend on the tokens before it.
/// </summary>
internal sealed partial class AuthorityKeys(Func<CancellationToken, Task<OpenIdConnectConfiguration>> fetch, TimeProvider clock,
    ILogger<AuthorityKeys> log)
{
    /// <summary>Older keys are fetched again. A withdrawn key may be accepted for so long.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>How long keys are used while the authority does not answer.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Mean time between fetches in the long run.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Least time between a failed fetch and the next.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>Timeout of one fetch.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Fetches that need no pause between them, when there were none for long.</summary>
    public const int AtOnce = 10;

    /// <summary>Most callers that may wait for a first fetch, and most with a token of an unknown key.</summary>
    public const int MostWaiting = 1_000, MostUnknown = 250;

    /// <summary>Keys beyond <see cref="Fresh"/> are still taken at once, while a fetch is under way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile AuthorityMetadata? _metadata;
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
    public TimeSpan KeysAge => _metadata is { } metadata ? Age(metadata) : Kept + clock.GetElapsedTime(_since);

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

    /// <summary>The keys by which tokens are checked.</summary>
    /// <returns>Null: none are young enough, and none could be fetched.</returns>
    public async ValueTask<AuthorityMetadata?> CurrentAsync()
    {
        var metadata = _metadata;
        if (metadata is not null && Age(metadata) < Fresh)
        {
            return metadata;
        }

        var fetching = Fetching();
        if (metadata is not null && Age(metadata) < Kept && (_failed || Age(metadata) < Fresh + Grace))
        {
            return metadata;
        }

        if (fetching is not null)
        {
            await WaitAsync(fetching, MostWaiting);
        }

        return _metadata is { } known && Age(known) < Kept ? known : null;
    }

    /// <summary>Keys that are enough, or else were fetched after this call.</summary>
    /// <param name="enough">Whether nothing newer is needed.</param>
    /// <returns>Null: they could not be fetched, or too many wait for that.</returns>
    public async ValueTask<AuthorityMetadata?> RenewedAsync(Func<AuthorityMetadata, bool> enough)
    {
        var before = Volatile.Read(ref _fetches);
        while (true)
        {
            if (_metadata is { } metadata && (metadata.Number > before || enough(metadata)))
            {
                return metadata;
            }

            if (Step(before) is not { } step || !await WaitAsync(step, MostUnknown))
            {
                return null;
            }
        }
    }

    /// <summary>What a caller that came after so many fetches has to wait for next; null: no fetch will help it.</summary>
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
        AuthorityMetadata? metadata = null;
        string? fault = null;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout, clock);
            metadata = AuthorityMetadata.Of(await fetch(timeout.Token), number, begun);
            fault = metadata.Keys.Count == 0 ? "it names no key that signs" : null;
        }
        catch (OperationCanceledException)
        {
            fault = $"no answer within {Timeout.TotalSeconds} s";
        }
        catch (Exception away)
        {
            // Any exception: the content of the answer is not under our control.
            fault = away.GetBaseException().Message.ReplaceLineEndings(" ");
        }

        lock (_gate)
        {
            // A valid document without keys withdraws all keys; no answer, or an invalid one, leaves the known keys in use.
            _metadata = fault is null ? metadata : metadata is null ? _metadata : null;
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

    private TimeSpan Age(AuthorityMetadata metadata) => clock.GetElapsedTime(metadata.Begun);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);

    [LoggerMessage(
        LogLevel.Warning,
        "The keys of PORTAL_JWT_AUTHORITY cannot be fetched: {Fault}. Known keys stay valid for an hour after they were fetched; without, "
            + "portals are answered 503")]
    private partial void LogAway(string fault);

    [LoggerMessage(LogLevel.Information, "The keys of PORTAL_JWT_AUTHORITY can be fetched again")]
    private partial void LogBack();
}
