using System.Threading.RateLimiting;
using Microsoft.AspNetCore.SignalR;
using Orleans.Runtime;
using Rollcall.Admission;
using Rollcall.Auth;

namespace Rollcall.PortalApi.Hub;

/// <summary>A refused call of a portal, in the form that portals parse: <c>CODE: what is wrong</c>.</summary>
internal sealed class HubRefusal(string code, string detail) : HubException($"{code}: {detail}")
{
    public static HubRefusal Invalid(string detail) => new("INVALID_REQUEST", detail);

    public static HubRefusal TooMuch(string detail) => new("RATE_LIMITED", detail);
}

/// <summary>
/// Filters every call of a portal. A refusal is not logged, because one portal could fill the log; a portal that is refused again and again is
/// closed. A fault of ours is logged, and answered without its details.
/// </summary>
internal sealed partial class HubGuard(GatewaySettings settings, BusyReport busy, ILoggerFactory logs) : IHubFilter, IDisposable
{
    private const int RefusalsAtOnce = 100;

    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Hub.PortalHub");

    /// <summary>Parts of a second in which a customer's calls are replenished, so that a waiting call does not wait for a whole second.</summary>
    private const int Portions = 10;

    /// <summary>
    /// For all connections of a customer. SignalR serves a connection's calls one after the other, so each connection has one waiting call at most:
    /// a client that calls without pause delays only itself.
    /// </summary>
    private readonly PartitionedRateLimiter<string> _calls = PartitionedRateLimiter.Create<string, string>(
        customer => RateLimitPartition.GetTokenBucketLimiter(customer, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.PortalCalls,
            TokensPerPeriod = settings.PortalCalls / Portions,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / Portions,
            QueueLimit = settings.PortalConnections,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }));

    public void Dispose() => _calls.Dispose();

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        context.Context.Items[typeof(Allowance)] = new Allowance(
            PortalCaller.Of(context.Context.User!)!.CustomerId, Bucket(settings.PortalWatchBurst, settings.PortalWatchRate),
            Bucket(RefusalsAtOnce, 1));
        try
        {
            await next(context);
        }
        catch (Exception fault) when (fault is not HubRefusal && !context.Context.ConnectionAborted.IsCancellationRequested)
        {
            LogFault(nameof(OnConnectedAsync), fault.GetType().Name, fault.Message);
            throw;
        }
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext call, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var allowance = (Allowance)call.Context.Items[typeof(Allowance)]!;
        try
        {
            using var turn = await _calls.AcquireAsync(allowance.Customer, 1, call.Context.ConnectionAborted);
            return !turn.IsAcquired ? throw HubRefusal.TooMuch("too many calls of this customer are waiting.")
                : call.HubMethodName != nameof(PortalHub.Watch) || May(allowance.Watches)
                ? await next(call)
                : throw HubRefusal.TooMuch("watches are asked for too often; wait a second.");
        }
        catch (HubRefusal refusal)
        {
            if (!May(allowance.Refusals))
            {
                LogClosed(call.HubMethodName);
                call.Context.Abort();
            }

            // SignalR puts the name of the exception's type before its text, and clients look for this one.
            throw new HubException(refusal.Message);
        }
        catch (LimitExceededException)
        {
            throw new HubException("RATE_LIMITED: too much of this customer is being read; wait a second.");
        }
        catch (Exception late) when (late is OperationCanceledException or TimeoutException)
        {
            if (!call.Context.ConnectionAborted.IsCancellationRequested)
            {
                busy.Refused(Busy.Late);
            }

            throw new HubException("UNAVAILABLE: not answered in time; retry in a moment.");
        }
        catch (Exception fault)
        {
            LogFault(call.HubMethodName, fault.GetType().Name, fault.Message);
            throw new HubException("UNAVAILABLE: a fault on our side; retry in a moment.");
        }
    }

    /// <summary>Replenished when it is used: thousands of connections need no timer each.</summary>
    private static TokenBucketRateLimiter Bucket(int atOnce, int perSecond) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = atOnce,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
        AutoReplenishment = false,
    });

    private static bool May(TokenBucketRateLimiter bucket)
    {
        bucket.TryReplenish();
        using var lease = bucket.AttemptAcquire();
        return lease.IsAcquired;
    }

    [LoggerMessage(LogLevel.Warning, "A portal's {Method} met a fault of ours: {Fault}: {Message}")]
    private partial void LogFault(string method, string fault, string message);

    [LoggerMessage(LogLevel.Debug, "A portal was refused so often that its connection is closed; the last was {Method}")]
    private partial void LogClosed(string method);

    /// <summary>What one connection may still do.</summary>
    private sealed record Allowance(string Customer, TokenBucketRateLimiter Watches, TokenBucketRateLimiter Refusals);
}
