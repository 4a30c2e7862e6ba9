namespace Rollcall.DeviceApi;

/// <summary>
/// The identity of one run of the gateway. When a run is lost, devices that were last seen through it are not taken offline at once.
/// </summary>
internal sealed record Incarnation(string Id)
{
    public static Incarnation New() => new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}");
}
