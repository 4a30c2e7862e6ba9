namespace Rollcall.Devices;

/// <summary>
/// A device that does not exist. A program that starts simulates it before it serves, so that the first heartbeat of a real device meets
/// code that has run. It has no row; its twin writes no row, counts nothing and publishes nothing.
/// </summary>
public static class WarmUp
{
    /// <summary>No real customer has this id.</summary>
    public const string CustomerId = "~";

    /// <summary>In force whenever its twin is loaded.</summary>
    public static readonly Session Session = new("warm-up", 1);

    /// <summary>
    /// An id that no other program uses, and no device may have (<see cref="Ids"/>): it comes only in a token that we signed ourselves.
    /// </summary>
    public static string NewDeviceId() => $"~{Guid.NewGuid():N}";

    /// <summary>Whether it is one.</summary>
    public static bool IsDevice(string deviceId) => deviceId.StartsWith('~');
}
