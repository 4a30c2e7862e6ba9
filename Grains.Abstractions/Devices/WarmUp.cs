namespace Rollcall.Devices;

/// <summary>
/// The device that nobody has. A program that starts plays it before it serves, so that the first beat of a real one meets code that
/// has run. It has no row; its twin writes no row, counts nothing and tells nobody.
/// </summary>
public static class WarmUp
{
    /// <summary>Of no customer.</summary>
    public const string CustomerId = "~";

    /// <summary>In force whenever its twin is loaded.</summary>
    public static readonly Session Session = new("warm-up", 1);

    /// <summary>
    /// An id that no other program plays, and no device may have (<see cref="Ids"/>): it comes only in a token that we signed ourselves.
    /// </summary>
    public static string NewDeviceId() => $"~{Guid.NewGuid():N}";

    /// <summary>Whether it is one.</summary>
    public static bool IsDevice(string deviceId) => deviceId.StartsWith('~');
}
