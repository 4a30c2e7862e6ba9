using Rollcall.Load.Generator;

namespace Rollcall.Load.Servers;

/// <summary>Compares what a gateway shows of a fleet, over REST, with what it acknowledged.</summary>
internal static class StoreCheck
{
    /// <summary>A session for a device.</summary>
    public static Beat SignIn(SetupClient client, string deviceId, string credential) =>
        new(deviceId, client.Post("/api/v1/device/auth", credential).GetProperty("token").GetString()!);

    /// <summary>Devices whose newest acknowledged beat the list does not show.</summary>
    public static IReadOnlyList<string> Lost(IReadOnlyList<Beat> beats, int port, string token)
    {
        var seen = LastSeen(port, token);
        return [.. beats
            .Where(beat => string.CompareOrdinal(seen.GetValueOrDefault(beat.DeviceId) ?? "", beat.Acknowledged) < 0)
            .Select(beat => $"{beat.DeviceId}: acknowledged {beat.Acknowledged}, stored {seen.GetValueOrDefault(beat.DeviceId) ?? "nothing"}")];
    }

    private static Dictionary<string, string?> LastSeen(int port, string token)
    {
        using var client = new SetupClient(port);
        var seen = new Dictionary<string, string?>();
        var cursor = "";
        while (true)
        {
            var page = client.Get($"/api/v1/customer/devices?limit=200{cursor}", token);
            foreach (var device in page.GetProperty("devices").EnumerateArray())
            {
                seen[device.GetProperty("deviceId").GetString()!] = device.GetProperty("lastSeen").GetString();
            }

            if (page.GetProperty("nextCursor").GetString() is not { } next)
            {
                return seen;
            }

            cursor = $"&cursor={Uri.EscapeDataString(next)}";
        }
    }
}
