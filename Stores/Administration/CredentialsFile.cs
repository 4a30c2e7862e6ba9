using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Auth;

namespace Rollcall.Administration;

/// <summary>A device and its secret, as an agent takes them.</summary>
public sealed record Credential(string DeviceId, string DeviceSecret);

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
    public IReadOnlyList<Credential> Ensure(string prefix, int count, Func<string> newSecret)
    {
        var kept = Read();
        var known = kept.ToDictionary(credential => credential.DeviceId);
        var wanted = Enumerable.Range(1, count)
            .Select(number => prefix + number.ToString("D5", CultureInfo.InvariantCulture))
            .Select(id => known.GetValueOrDefault(id) ?? new Credential(id, newSecret()))
            .ToArray();
        var made = wanted.Where(credential => !known.ContainsKey(credential.DeviceId)).ToArray();
        if (made.Length > 0)
        {
            var lines = kept.Concat(made).Select(credential => JsonSerializer.Serialize(credential, CredentialJson.Default.Credential));
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

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Credential))]
    private sealed partial class CredentialJson : JsonSerializerContext;
}
