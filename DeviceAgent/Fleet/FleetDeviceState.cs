using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Fleet;

/// <summary>
/// A fleet keeps no sessions; the secrets of devices that registered themselves go, as they come, to an owner-only
/// file that <c>--credentials</c> can read.
/// </summary>
internal sealed class FleetDeviceState(string? folder, Log log) : IDeviceState
{
    private readonly Lock _turn = new();
    private bool _begun;

    public string? SecretsFile { get; } = folder is null ? null : Path.Combine(folder, "fleet.jsonl");

    /// <summary>By device; of several secrets the last. A line cut short by a crash is passed over.</summary>
    public Dictionary<string, string> FindSecrets()
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(SecretsFile))
        {
            return secrets;
        }

        try
        {
            foreach (var key in File.ReadLines(SecretsFile).Select(FleetCredentials.Parse).OfType<DeviceKey>())
            {
                secrets[key.DeviceId] = key.Secret!;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Warn($"{SecretsFile} could not be read ({error.GetType().Name}); carrying on without.");
        }

        return secrets;
    }

    public StoredSession? FindSession(string deviceId, string apiUrl) => null;

    public void KeepSession(StoredSession? session)
    {
    }

    public void KeepSecret(string deviceId, string secret)
    {
        if (SecretsFile is null)
        {
            return;
        }

        try
        {
            lock (_turn)
            {
                StateFolder.MakeFolder(folder!);
                using var file = new FileStream(SecretsFile, StateFolder.OwnerOnly(FileMode.Append));
                // A line that a crash cut short takes no other with it.
                file.Write(_begun ? [] : "\n"u8);
                file.Write(FleetCredentials.Line(deviceId, secret));
                _begun = true;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Warn($"{SecretsFile} could not be written ({error.GetType().Name}); the secret of {deviceId} is lost at the end.");
        }
    }
}
