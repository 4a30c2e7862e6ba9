using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.Fleet;

/// <param name="Status">What the device reports of itself, <c>healthy</c> (null) or <c>degraded</c>.</param>
/// <param name="Interval">Milliseconds between two beats, if that is shorter than what the server says.</param>
internal sealed record FleetCredential(string? DeviceId, string? DeviceSecret, string? Status = null, double? Interval = null);

/// <summary>
/// A file of JSON lines, <c>{"deviceId":"...","deviceSecret":"..."}</c>, one device each. <c>"status":"degraded"</c> and
/// <c>"interval":5000</c> may follow.
/// </summary>
internal static class FleetCredentials
{
    /// <summary>The first <paramref name="count"/> devices of the file.</summary>
    /// <exception cref="SettingsException">Not readable, a bad line, an id twice, or too few.</exception>
    public static IReadOnlyList<DeviceKey> Read(string file, int count)
    {
        var keys = Lines(file).Take(count).ToList();
        return keys.Count == count
            ? keys
            : throw new SettingsException($"--credentials {file} holds {keys.Count} devices, --count asks for {count}.");
    }

    /// <summary>All devices of the file, in its order.</summary>
    public static IEnumerable<DeviceKey> Lines(string file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in Open(file))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var key =
                Parse(line) ?? throw new SettingsException($"--credentials {file}, line {number}: not a device with deviceId and deviceSecret.");
            yield return seen.Add(key.DeviceId)
                ? key
                : throw new SettingsException($"--credentials {file}, line {number}: device {key.DeviceId} is there twice.");
        }
    }

    public static byte[] Line(string deviceId, string secret) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(new FleetCredential(deviceId, secret), FleetJson.Default.FleetCredential), (byte)'\n'];

    private static string[] Open(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException($"--credentials {file} cannot be read ({error.GetType().Name}).");
        }
    }

    /// <summary>Null for a line that is not a device.</summary>
    public static DeviceKey? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(
                line, FleetJson.Default.FleetCredential) is
                {
                    DeviceId: { } id, DeviceSecret: { Length: >= 8 and <= 256 } secret,
                    Status: null or "healthy" or "degraded", Interval: null or (>= 1_000 and <= 86_400_000),
                } device
                && DeviceIds.Fits(id)
                    ? new DeviceKey(id, secret)
                    {
                        Status = device.Status ?? "healthy",
                        Interval = device.Interval is { } interval ? TimeSpan.FromMilliseconds(interval) : null,
                    }
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FleetCredential))]
internal sealed partial class FleetJson : JsonSerializerContext;
