namespace Rollcall.Devices;

/// <summary>One authentication of a device, as its token carries it.</summary>
/// <param name="Id">The token's <c>jti</c>: 64 hexadecimal digits.</param>
/// <param name="Epoch">
/// Counts the device's sign-ins and the ends of all its sessions; higher is newer. The id decides which session is valid.
/// </param>
[GenerateSerializer, Immutable, Alias("rollcall.session")]
public sealed record Session([property: Id(0)] string Id, [property: Id(1)] long Epoch);

/// <summary>A session opened, or why not.</summary>
/// <param name="HeartbeatInterval">Milliseconds.</param>
/// <param name="HeartbeatTimeout">Milliseconds.</param>
/// <param name="ExpiresIn">Seconds that the session is valid.</param>
/// <param name="RetryAfter">With too many secrets to check: seconds after which to try again. Otherwise zero.</param>
[GenerateSerializer, Immutable, Alias("rollcall.authenticate-reply")]
public sealed record AuthenticateReply(
    [property: Id(0)] Refusal Refusal,
    [property: Id(1)] Session? Session = null,
    [property: Id(2)] string? CustomerId = null,
    [property: Id(3)] int HeartbeatInterval = 0,
    [property: Id(4)] int HeartbeatTimeout = 0,
    [property: Id(5)] long ExpiresIn = 0,
    [property: Id(6)] int RetryAfter = 0)
{
    /// <summary>The interval and the timeout are the device's own, and say nothing of other devices.</summary>
    [Id(7)]
    public bool HasOwnTimes { get; init; }
}

/// <summary>The secret for a registered device, shown only once, or why not.</summary>
[GenerateSerializer, Immutable, Alias("rollcall.register-reply")]
public sealed record RegisterReply(
    [property: Id(0)] Refusal Refusal, [property: Id(1)] string? Secret = null, [property: Id(2)] string? CustomerId = null);
