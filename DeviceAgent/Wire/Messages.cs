using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.DeviceAgent.Commands;

namespace Rollcall.DeviceAgent.Wire;

internal sealed record AuthRequest(string DeviceId, string DeviceSecret);

/// <param name="Token">Opaque.</param>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="HeartbeatInterval">Milliseconds.</param>
internal sealed record AuthAnswer(string? Token, double? ExpiresIn, double? HeartbeatInterval);

internal sealed record RegisterRequest(string DeviceId, string? ActivationCode, string? EnrolmentKey);

internal sealed record RegisterAnswer(string? DeviceId, string? DeviceSecret);

internal sealed record BeatRequest(string Status, BeatMetrics? Metrics);

/// <summary>What cannot be measured is null and left out.</summary>
/// <param name="Cpu">Percent since the last sample.</param>
/// <param name="Memory">Percent in use.</param>
/// <param name="Uptime">Seconds.</param>
internal sealed record BeatMetrics(double? Cpu, double? Memory, double? Uptime);

/// <param name="Stored">False: received, not yet stored.</param>
/// <param name="Timestamp">The server's time.</param>
/// <param name="NextHeartbeat">Milliseconds.</param>
/// <param name="Commands">What it is asked to do, oldest first.</param>
internal sealed record BeatAnswer(bool? Stored, string? Timestamp, double? NextHeartbeat, AgentCommand?[]? Commands = null);

/// <summary>A beat over the socket; its answer carries the number.</summary>
internal sealed record HeartbeatFrame(string Type, long RequestId, string Status, BeatMetrics? Metrics);

/// <summary>A device's report of a command over the socket: <c>command_ack</c> or <c>command_result</c>.</summary>
internal sealed record ReportFrame(string Type, long RequestId, string CommandId, string Status, JsonElement? Result, string? Error);

/// <summary>A frame of the gateway, of any type; members that its type does not have are null.</summary>
internal sealed record GatewayFrame(
    string? Type, long? RequestId, bool? Stored, string? Timestamp, double? NextHeartbeat, string? Code, string? Id, string? Command,
    JsonElement? Parameters,
    double? RetryAfter = null);

/// <summary>What the probe reads of a portal's device.</summary>
internal sealed record DeviceView(string? Status, string? LastSeen);

internal sealed record ProblemBody(string? Code);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuthRequest))]
[JsonSerializable(typeof(AuthAnswer))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisterAnswer))]
[JsonSerializable(typeof(BeatRequest))]
[JsonSerializable(typeof(BeatAnswer))]
[JsonSerializable(typeof(HeartbeatFrame))]
[JsonSerializable(typeof(ReportFrame))]
[JsonSerializable(typeof(GatewayFrame))]
[JsonSerializable(typeof(CommandReport))]
[JsonSerializable(typeof(DeviceView))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class WireJson : JsonSerializerContext;
