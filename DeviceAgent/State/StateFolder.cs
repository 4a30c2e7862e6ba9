using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.State;

/// <summary>
/// The state of one device in an owner-only folder. Files are replaced whole (written beside, flushed, renamed).
/// Damaged or unwritable state costs an authentication, never the run.
/// </summary>
internal sealed class StateFolder(string? path, Log log) : IDeviceState
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public StoredIdentity? FindIdentity() =>
        Read("identity.json", StateJson.Default.StoredIdentity) is { DeviceId: { } id } identity && Identity.DeviceIds.Fits(id) ? identity : null;

    public void KeepIdentity(StoredIdentity identity) => Write("identity.json", identity, StateJson.Default.StoredIdentity);

    public StoredSession? FindSession(string deviceId, string apiUrl) =>
        Read("session.json", StateJson.Default.StoredSession) is { } session
        && StoredSession.IsFit(session.Token)
        && session.DeviceId == deviceId
        && session.ApiUrl == apiUrl
            ? session
            : null;

    public void KeepSession(StoredSession? session)
    {
        if (session is not null)
        {
            Write("session.json", session, StateJson.Default.StoredSession);
        }
        else if (path is not null)
        {
            Guard("session.json", "removed", file => File.Delete(file));
        }
    }

    public void KeepSecret(string deviceId, string secret) => KeepIdentity(new StoredIdentity(deviceId, secret));

    private T? Read<T>(string name, JsonTypeInfo<T> type) where T : class
    {
        T? value = null;
        Guard(name, "read", file =>
        {
            if (File.Exists(file))
            {
                value = JsonSerializer.Deserialize(File.ReadAllBytes(file), type);
            }
        });
        return value;
    }

    private void Write<T>(string name, T value, JsonTypeInfo<T> type) => Guard(name, "written", file =>
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        MakeFolder(Path.GetDirectoryName(file)!);
        var fresh = file + ".new";
        File.Delete(fresh);
        using (var stream = new FileStream(fresh, OwnerOnly(FileMode.CreateNew)))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    });

    /// <summary>Only the owner may read what is created this way (Windows: the user profile's own rights).</summary>
    public static FileStreamOptions OwnerOnly(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerFile;
        }

        return options;
    }

    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }
    }

    private void Guard(string name, string deed, Action<string> act)
    {
        if (path is null)
        {
            return;
        }

        var file = Path.Combine(path, name);
        try
        {
            act(file);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or JsonException or NotSupportedException or ArgumentException)
        {
            // Not the message: that of a JSON error quotes the file.
            log.Warn($"{file} could not be {deed} ({error.GetType().Name}); carrying on without.");
        }
    }
}
