using System.Net;
using System.Threading.RateLimiting;

namespace Rollcall.Auth;

/// <summary>
/// How much an address may ask of sign-in. Beyond its rate it is not refused, for good devices may come from there, too: its requests are
/// served two at a time, and only what is cheap is done for them. So a flood costs its neighbours a little waiting and us two calls.
/// </summary>
internal sealed partial class SignInTurns(GatewaySettings settings, ILogger<SignInTurns> log) : IDisposable
{
    private const int AtATime = 2;

    /// <summary>As many as one address can have connections, by default: behind a flood a good one waits its turn.</summary>
    private const int MostWaiting = 4_096;

    private readonly PartitionedRateLimiter<IPAddress> _rate = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(address, _ => AddressLimit.Rate(settings)));

    private readonly PartitionedRateLimiter<IPAddress> _turns = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetConcurrencyLimiter(address, _ => new ConcurrencyLimiterOptions
        {
            PermitLimit = AtATime,
            QueueLimit = MostWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }));

    private int _told;

    /// <returns>Whether it may be served at all, and how; to be disposed of when it has been.</returns>
    public async ValueTask<SignInTurn> EnterAsync(HttpContext context)
    {
        var address = AddressLimit.Network(context.Connection.RemoteIpAddress);
        using (var lease = _rate.AttemptAcquire(address))
        {
            if (lease.IsAcquired)
            {
                return new SignInTurn(address, Sparingly: false, null);
            }
        }

        if (context.Request.Headers.ContainsKey("X-Forwarded-For") && Interlocked.Exchange(ref _told, 1) == 0)
        {
            LogUnbelieved(context.Connection.RemoteIpAddress);
        }

        return new SignInTurn(address, Sparingly: true, await _turns.AcquireAsync(address, 1, context.RequestAborted));
    }

    public void Dispose()
    {
        _rate.Dispose();
        _turns.Dispose();
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Address} signs in more often than AUTH_RATE and says that it does so for others (X-Forwarded-For). If it is your proxy, name it in "
            + "TRUSTED_PROXIES. Said once.")]
    private partial void LogUnbelieved(IPAddress? address);
}

/// <summary>A sign-in's turn.</summary>
/// <param name="Sparingly">Only what is cheap is done for it.</param>
internal readonly record struct SignInTurn(IPAddress Address, bool Sparingly, RateLimitLease? Lease) : IDisposable
{
    /// <summary>Too many wait at that address already.</summary>
    public bool IsRefused => Lease is { IsAcquired: false };

    public void Dispose() => Lease?.Dispose();
}
