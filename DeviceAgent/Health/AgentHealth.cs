using System.Text.Json.Serialization;
using Rollcall.DeviceAgent.Beats;

namespace Rollcall.DeviceAgent.Health;

/// <param name="Status">ok, or failing: no beat was accepted for three intervals.</param>
/// <param name="Uptime">The agent's, milliseconds.</param>
/// <param name="HeartbeatCount">Accepted beats.</param>
/// <param name="HeartbeatErrors">Calls that failed.</param>
/// <param name="Websocket">connected: every device has its socket; else disconnected.</param>
/// <param name="LastHeartbeat">The server's time of the last accepted beat; null before the first.</param>
/// <param name="Devices">How many devices this process is.</param>
/// <param name="Online">How many of them had their last beat accepted.</param>
internal sealed record HealthPage(
    string Status,
    long Uptime,
    long HeartbeatCount,
    long HeartbeatErrors,
    string Websocket,
    string? LastHeartbeat,
    int Devices,
    int Online)
{
    [JsonIgnore]
    public bool Healthy => Status == "ok";
}

/// <summary>Sums over the devices of this process, one or a fleet.</summary>
internal sealed class AgentHealth(IReadOnlyList<Device> devices, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();

    public HealthPage Now() => new(
        devices.Any(IsAlive) ? "ok" : "failing",
        (long)clock.GetElapsedTime(_began).TotalMilliseconds,
        devices.Sum(device => device.Stats.Accepted),
        devices.Sum(device => device.Stats.Errors),
        devices.All(device => device.IsConnected) ? "connected" : "disconnected",
        devices.Max(device => device.Stats.LastHeartbeat),
        devices.Count,
        devices.Count(device => device.Stats.Online));

    private static bool IsAlive(Device device) => device.Stats.SinceLastBeat <= 3 * device.Pace;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthPage))]
internal sealed partial class HealthJson : JsonSerializerContext;
