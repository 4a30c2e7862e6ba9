using Orleans.Runtime;

namespace Rollcall.Problems;

/// <summary>
/// Turns whatever is thrown into the contract's answer. A fault of ours is 503, never 401 and never a stack trace: a device
/// that gets 401 throws its session away.
/// </summary>
internal sealed partial class FaultBarrier(RequestDelegate next, ILogger<FaultBarrier> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (BadHttpRequestException bad)
        {
            await Problem.OfStatus(bad.StatusCode).ExecuteAsync(context);
        }
        catch (LimitExceededException)
        {
            // More calls of one device are waiting than a well-behaved one ever sends.
            await Problem.RateLimited().ExecuteAsync(context);
        }
        catch (Exception fault)
        {
            if (IsOurOutage(fault))
            {
                LogOutage(context.Request.Method, context.Request.Path, context.TraceIdentifier, fault.GetType().Name);
            }
            else
            {
                LogFault(context.Request.Method, context.Request.Path, context.TraceIdentifier, fault);
            }

            await Problem.Unavailable().ExecuteAsync(context);
        }
    }

    /// <remarks>An Orleans client that found the first silo of a cluster in the middle of its start says that no such grain exists.</remarks>
    private static bool IsOurOutage(Exception fault) =>
        fault is OrleansMessageRejectionException or SiloUnavailableException or TimeoutException or OrleansException or StoreUnavailableException
            or ArgumentException { Source: "Orleans.Core" };

    [LoggerMessage(LogLevel.Debug, "{Method} {Path} [{RequestId}] could not be served: {Fault}")]
    private partial void LogOutage(string method, string path, string requestId, string fault);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} [{RequestId}] failed")]
    private partial void LogFault(string method, string path, string requestId, Exception fault);
}
