using Rollcall.Commands;
using Rollcall.Devices;

namespace Rollcall.Http.Problems;

/// <summary>An error answer (RFC 9457), with a code that programs can rely on.</summary>
internal sealed class Problem(int status, string code, string detail, IDictionary<string, string[]>? errors = null, int? retryAfter = null) : IResult
{
    public const string ContentType = "application/problem+json";

    public string Code => code;

    public string Detail => detail;

    /// <summary>Seconds after which a retry may succeed; null: unknown.</summary>
    public int? RetryAfter => retryAfter;

    public static Problem Invalid(string detail, IDictionary<string, string[]>? errors = null) => new(400, "INVALID_REQUEST", detail, errors);

    public static Problem Invalid(string member, string problem) =>
        Invalid($"{member}: {problem}", new Dictionary<string, string[]> { [member] = [problem] });

    public static Problem InvalidSession() =>
        new(401, "INVALID_SESSION", "The token is missing, not valid here, or its session has ended: authenticate.");

    public static Problem Forbidden() => new(403, "FORBIDDEN", "The token's role does not allow this.");

    public static Problem NotFound() => new(404, "NOT_FOUND", "It does not exist, or it is not yours.");

    public static Problem Conflict(string detail) => new(409, "CONFLICT", detail);

    /// <param name="limit">Null: from a silo of an older version.</param>
    public static Problem TooManyCommands(CommandLimit? limit) => new(
        429, "RATE_LIMITED",
        (limit?.Bound switch
        {
            CommandBound.DeviceBytes => $"The parameters of a device's open commands have at most {limit.Most} bytes together",
            CommandBound.CustomerBytes => $"The parameters of all open commands of a customer have at most {limit.Most} bytes together",
            _ => $"A device has at most {limit?.Most.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "so many"} open commands",
        }) + ": let some be done, cancel some, or let them expire.",
        retryAfter: 10);

    public static Problem Gone(string detail) => new(410, "GONE", detail);

    public static Problem TooLarge(string detail) => new(413, "TOO_LARGE", detail);

    public static Problem UnsupportedMediaType(string detail) => new(415, "UNSUPPORTED_MEDIA_TYPE", detail);

    public static Problem UpgradeRequired() => new(
        426, "UPGRADE_REQUIRED",
        "This address opens a WebSocket (RFC 6455, version 13): the request lacks Upgrade, Connection, Sec-WebSocket-Key or Sec-WebSocket-Version.");

    public static Problem RateLimited() => new(429, "RATE_LIMITED", "Too many requests: wait as Retry-After says.", retryAfter: 1);

    /// <param name="retryAfter">Seconds until the next goodbye is accepted.</param>
    public static Problem TooManyGoodbyes(int retryAfter) => new(
        429, "RATE_LIMITED", "Too many goodbyes: the device stays online until its timeout, or until it ends its session.",
        retryAfter: retryAfter);

    public static Problem Unavailable(int retryAfter = 2) =>
        new(503, "UNAVAILABLE", "A fault on our side: retry as Retry-After says.", retryAfter: retryAfter);

    /// <summary>Nothing is broken, but there are too many calls.</summary>
    /// <param name="retryAfter">Seconds until this caller's turn.</param>
    public static Problem Busy(int retryAfter) =>
        new(503, "UNAVAILABLE", "Too many calls at once: retry as Retry-After says.", retryAfter: retryAfter);

    /// <summary>The answer to a refused grain call.</summary>
    public static Problem Of(Refusal refusal) => refusal switch
    {
        Refusal.NotFound => NotFound(),
        Refusal.InvalidCredentials => new Problem(401, "INVALID_CREDENTIALS", "The device id or its secret is wrong."),
        Refusal.InvalidSession => InvalidSession(),
        Refusal.SessionSuperseded => new Problem(401, "SESSION_SUPERSEDED", "A newer session of this device has replaced this one."),
        Refusal.Disabled => new Problem(403, "DEVICE_DISABLED", "The device is disabled by its owner."),
        Refusal.Maintenance => new Problem(403, "DEVICE_MAINTENANCE", "The device is in maintenance."),
        Refusal.InvalidActivationCode => new Problem(400, "INVALID_ACTIVATION_CODE", "The activation code is wrong, expired or another device's."),
        Refusal.InvalidEnrolmentKey => new Problem(400, "INVALID_ENROLMENT_KEY", "The enrolment key is wrong, expired, revoked or used up."),
        Refusal.QuotaExceeded => new Problem(409, "CONFLICT", "The limit is reached: revoke or remove one first."),
        Refusal.Conflict => new Problem(409, "CONFLICT", "The id is taken, or the code has been used."),
        Refusal.TooManyTries =>
            new Problem(429, "RATE_LIMITED", "Too many wrong secrets recently, so this one was not checked: retry as Retry-After says.",
                retryAfter: 10),
        Refusal.PreconditionFailed => new Problem(412, "PRECONDITION_FAILED", "The device has changed since: read it again."),
        Refusal.RateLimited => RateLimited(),
        Refusal.TimeoutTooShort => Invalid("heartbeatTimeout", $"must be {HeartbeatBounds.Rule}."),
        Refusal.NotInMode => Invalid("modeUntil", "goes with mode maintenance, and modeNote with maintenance or disabled."),
        Refusal.Rejected => Invalid("The store refuses the content of this record."),
        _ => Unavailable(),
    };

    /// <summary>The answer for a bare status code.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        400 => Invalid("The request is malformed."),
        401 => InvalidSession(),
        403 => Forbidden(),
        404 => NotFound(),
        405 => new Problem(405, "METHOD_NOT_ALLOWED", "This address does not accept that method."),
        408 => new Problem(408, "INVALID_REQUEST", "The request did not arrive in time."),
        413 => TooLarge("The body is too large."),
        415 => UnsupportedMediaType("Send plain JSON: no Content-Encoding other than identity is accepted."),
        429 => RateLimited(),
        < 500 => new Problem(status, "INVALID_REQUEST", "The request cannot be served."),
        _ => Unavailable(),
    };

    public Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            return Task.CompletedTask;
        }

        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (status == StatusCodes.Status413PayloadTooLarge || context.Request.ContentLength > GatewayApp.MostBodyBytes)
        {
            // The server does not read the rest. If the close were not announced, the caller's next request on this connection would be lost.
            response.Headers.Connection = "close";
        }

        if (retryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        var title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
        var body = new ProblemBody($"urn:rollcall:problem:{code}", title, status, detail, code, context.TraceIdentifier, errors);
        return Json.WriteAsync(context, body, WireJson.Default.ProblemBody, ContentType);
    }
}

/// <summary>A problem on the wire.</summary>
/// <param name="Code">What programs rely on.</param>
/// <param name="RequestId">The request's <c>X-Request-ID</c>.</param>
/// <param name="Errors">What is wrong, by member; absent when it is not about members.</param>
internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Code, string RequestId,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    IDictionary<string, string[]>? Errors = null);
