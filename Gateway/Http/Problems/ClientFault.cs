using Microsoft.AspNetCore.Connections;

namespace Rollcall.Http.Problems;

/// <summary>The client's connection broke while its body was read, or the body is not valid HTTP.</summary>
internal sealed class BodyException(Exception why) : Exception("The body cannot be read.", why)
{
    /// <summary>The client is gone. The exception shows it before the request's token does, which may be cancelled a moment later.</summary>
    public bool IsGone => InnerException is ConnectionResetException or ConnectionAbortedException or OperationCanceledException;
}

/// <summary>Distinguishes faults of the client from faults of ours.</summary>
internal static class ClientFault
{
    /// <summary>Not a status of HTTP, for nobody receives it: nginx's code, for logs and metrics.</summary>
    public const int ClosedRequest = 499;

    /// <summary>
    /// Whether the exception was caused by a client that went away. The request must have been aborted: while the client still waits, a connection
    /// that was reset, or a call that was cancelled, is one of ours.
    /// </summary>
    public static bool IsGone(HttpContext context, Exception fault) =>
        fault is BodyException { IsGone: true }
        || (context.RequestAborted.IsCancellationRequested
            && Causes(fault).Any(
                cause => cause is OperationCanceledException or ConnectionResetException or ConnectionAbortedException or BodyException
                    or BadHttpRequestException));

    private static IEnumerable<Exception> Causes(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
