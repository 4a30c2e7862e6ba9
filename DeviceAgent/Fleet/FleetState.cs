using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Fleet;

/// <summary>
/// A fleet keeps no sessions; the secrets of devices that registered themselves go, as they come, to an owner-only
/// file that <c>--credentials</c> can read.
/// </summary>
internal sealed class FleetState(string? folder, Log log) : IDeviceState
{
    private readonly Lock _turn = new();

    public string? SecretsFile { get; } = folder is null ? null : Path.Combine(folder, "fleet.jsonl");

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
                file.Write(FleetCredentials.Line(deviceId, secret));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Warn($"{SecretsFile} could not be written ({error.GetType().Name}); the secret of {deviceId} is lost at the end.");
        }
    }
}
