using System.Text.Json.Serialization;
using Rollcall.DeviceApi.Messages;
using Rollcall.Http;

namespace Rollcall.DeviceApi.Rest;

/// <summary>A beat. May be empty.</summary>
/// <param name="Status"><c>healthy</c> (default), <c>online</c>, <c>degraded</c>, or <c>offline</c>: a goodbye.</param>
/// <param name="Metrics">
/// <c>cpu</c>, <c>memory</c> 0-100 (percent), <c>uptime</c> (seconds), and up to 32 further finite numbers, also as texts. Replaces the
/// former metrics. One that does not fit is ignored, and named in the answer.
/// </param>
/// <remarks>For the reference alone: <see cref="HeartbeatParser"/> reads it.</remarks>
internal sealed record HeartbeatRequest(string? Status = null, IReadOnlyDictionary<string, double>? Metrics = null) : IBodyDescription
{
    public static int MostBytes => HeartbeatParser.MostBytes;

    public static Type Schema => typeof(HeartbeatRequest);

    public static bool IsRequired => false;
}

/// <summary>The beat was heard.</summary>
/// <param name="Stored">True: it survives a kill of any process. False: the store is away, the newest beat is kept and stored later.</param>
/// <param name="Timestamp">When the server heard it.</param>
/// <param name="NextHeartbeat">Milliseconds until the next beat is due.</param>
/// <param name="Commands">Commands for the device, oldest first.</param>
/// <param name="IgnoredMetrics">Names of metrics that did not fit, at most 10, each cut to 64 characters; absent when all did.</param>
internal sealed record HeartbeatAnswer(
    bool Success, bool Received, bool Stored, DateTimeOffset Timestamp, int NextHeartbeat, IReadOnlyList<DeviceCommandBody> Commands,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? IgnoredMetrics = null);
