using Microsoft.AspNetCore.Connections;

namespace Rollcall.Http.Problems;

/// <summary>The client's own connection broke off in the middle of its body, or what came over it is no HTTP body.</summary>
internal sealed class BodyException(Exception why) : Exception("The body cannot be read.", why)
{
    /// <summary>Nobody is left to be answered. Known from the exception, too: the request's token may be cancelled a moment later.</summary>
    public bool IsGone => InnerException is ConnectionResetException or ConnectionAbortedException or OperationCanceledException;
}

/// <summary>Whose fault it is that a request cannot be served.</summary>
internal static class ClientFault
{
    /// <summary>Not a status of HTTP: nobody is there to be answered. What log and metrics call it since nginx does.</summary>
    public const int ClosedRequest = 499;

    /// <summary>
    /// Whether this is what became of a request whose client went away. The request must have been aborted: a connection that was
    /// reset, or a call that was cancelled, while the client still waits is a connection or a call of ours.
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
