using Orleans.Runtime;
using Rollcall.Admission;

namespace Rollcall.Http.Problems;

/// <summary>
/// Maps exceptions to answers of the contract. A fault of ours is 503, never 401 and never a stack trace: a device that gets 401 discards its
/// session. A client that breaks off, or sends invalid HTTP, is not a fault of ours and is not logged.
/// </summary>
internal sealed partial class FaultBarrier(RequestDelegate next, AdmissionControl admission, ILoggerFactory logs)
{
    /// <summary>Under the category by which operators know these lines.</summary>
    private readonly ILogger _log = logs.CreateLogger("Rollcall.Problems.FaultBarrier");

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception gone) when (ClientFault.IsGone(context, gone))
        {
            Abandon(context);
        }
        catch (BadHttpRequestException bad)
        {
            await RefuseAsync(context, bad.StatusCode);
        }
        catch (BodyException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest);
        }
        catch (LimitExceededException)
        {
            // More calls of one device are waiting than a well-behaved one ever sends.
            await Problem.RateLimited().ExecuteAsync(context);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            LogOutage(context.Request.Method, Loggable.Path(context.Request), context.TraceIdentifier, late.GetType().Name);
            await Problem.Busy(admission.Late()).ExecuteAsync(context);
        }
        catch (Exception fault)
        {
            if (IsOurOutage(fault))
            {
                LogOutage(context.Request.Method, Loggable.Path(context.Request), context.TraceIdentifier, fault.GetType().Name);
            }
            else
            {
                LogFault(context.Request.Method, Loggable.Path(context.Request), context.TraceIdentifier, fault);
            }

            await Problem.Unavailable().ExecuteAsync(context);
        }
    }

    /// <summary>Closes the connection: the end of the body is unknown, and so is the start of the next request.</summary>
    private static Task RefuseAsync(HttpContext context, int status)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Headers.Connection = "close";
        }

        return Problem.OfStatus(status).ExecuteAsync(context);
    }

    /// <summary>Ends a request without an answer, because the client is gone. Metrics get the status 499.</summary>
    private static void Abandon(HttpContext context)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = ClientFault.ClosedRequest;
        }

        // Otherwise Kestrel, which may notice a moment later, would try to read the rest of the body, fail, and log an Error.
        context.Abort();
    }

    /// <remarks>While the first silo of a cluster is starting, an Orleans client throws that no such grain exists.</remarks>
    private static bool IsOurOutage(Exception fault) =>
        fault is OrleansMessageRejectionException or SiloUnavailableException or OrleansException or StoreUnavailableException
            or ArgumentException { Source: "Orleans.Core" };

    [LoggerMessage(LogLevel.Debug, "{Method} {Path} [{RequestId}] could not be served: {Fault}")]
    private partial void LogOutage(string method, string path, string requestId, string fault);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} [{RequestId}] failed")]
    private partial void LogFault(string method, string path, string requestId, Exception fault);
}
