using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Auth;

namespace Rollcall.Administration;

/// <summary>A device and its secret, as an agent takes them.</summary>
public sealed record Credential(string DeviceId, string DeviceSecret)
{
    /// <summary>What the device reports of itself, <c>healthy</c> or <c>degraded</c>; null: healthy.</summary>
    public string? Status { get; init; }

    /// <summary>Milliseconds between two beats, if that is shorter than what the server says; null: what that says.</summary>
    public int? Interval { get; init; }
}

/// <summary>
/// Credentials of seeded devices, one JSON object a line, readable by the owner alone. Written before the devices are added:
/// a crash in between leaves secrets without devices, which the next start mends, not devices without secrets.
/// </summary>
public sealed partial class CredentialsFile(string path)
{
    public string Path => path;

    public static CredentialsFile In(string folder, string name) => new(System.IO.Path.Combine(folder, name));

    /// <summary>
    /// The first <paramref name="count"/> credentials whose ids begin with <paramref name="prefix"/>, made and kept where they are missing.
    /// </summary>
    /// <param name="reporting">Completes a credential by what its device reports; null: by nothing.</param>
    public IReadOnlyList<Credential> Ensure(string prefix, int count, Func<string> newSecret, Func<Credential, Credential>? reporting = null)
    {
        var kept = Read();
        var known = kept.ToDictionary(credential => credential.DeviceId);
        var wanted = Enumerable.Range(1, count)
            .Select(number => prefix + number.ToString("D5", CultureInfo.InvariantCulture))
            .Select(id => known.GetValueOrDefault(id) ?? new Credential(id, newSecret()))
            .Select(credential => reporting?.Invoke(credential) ?? credential)
            .ToArray();
        if (wanted.Any(credential => known.GetValueOrDefault(credential.DeviceId) != credential))
        {
            var changed = wanted.ToDictionary(credential => credential.DeviceId);
            var others = kept.Where(credential => !changed.ContainsKey(credential.DeviceId));
            var lines = others.Concat(wanted).Select(credential => JsonSerializer.Serialize(credential, CredentialJson.Default.Credential));
            KeyRing.WriteOwnerOnly(path, string.Join('\n', lines) + "\n");
        }

        return wanted;
    }

    private Credential[] Read()
    {
        try
        {
            return !File.Exists(path) ? [] : [.. File.ReadLines(path)
                .Where(line => line.Length > 0)
                .Select(line => JsonSerializer.Deserialize(line, CredentialJson.Default.Credential)!)];
        }
        catch (JsonException)
        {
            throw new SettingException(path, "is damaged: put it back, or remove it with the devices it was for.");
        }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(Credential))]
    private sealed partial class CredentialJson : JsonSerializerContext;
}
