using System.Globalization;
using System.Security.Cryptography;
using Rollcall.DeviceAgent.Identity;
using Rollcall.DeviceAgent.Settings;

namespace Rollcall.DeviceAgent.State;

/// <summary>
/// One place in a folder that many agents share: replicas of a container have one volume and no number of their own. Whoever
/// holds a place's lock is its device; the system releases the lock with the process, however that ends, and the next agent
/// takes the place over with its identity. So scaling down and up again brings the same devices back.
/// </summary>
internal sealed class SharedPlace : IDisposable
{
    private const int Most = 10_000;
    private const string Letters = "abcdefghjkmnpqrstvwxyz23456789";
    private readonly FileStream _lock;

    private SharedPlace(FileStream taken, string folder, string deviceId) => (_lock, Folder, DeviceId) = (taken, folder, deviceId);

    public string Folder { get; }

    /// <summary>The id of the device that is made here, when there is none yet.</summary>
    public string DeviceId { get; }

    /// <param name="shared">The folder.</param>
    /// <param name="prefix">What ids begin with; null: made once for the folder, so that two folders' agents never meet.</param>
    /// <exception cref="SettingsException">There is no such folder, or no place left in it.</exception>
    public static SharedPlace Take(string? shared, string? prefix)
    {
        if (shared is null)
        {
            throw new SettingsException("STATE_SHARED needs STATE_DIR, the folder that is shared.");
        }

        try
        {
            StateFolder.MakeFolder(shared);
            prefix ??= Prefix(shared);
            for (var number = 1; number <= Most; number++)
            {
                var name = number.ToString("D2", CultureInfo.InvariantCulture);
                if (TryLock(Path.Combine(shared, name + ".lock")) is { } taken)
                {
                    return new SharedPlace(taken, Path.Combine(shared, name), $"{prefix[..Math.Min(prefix.Length, 94)]}-{name}");
                }
            }
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingsException($"STATE_DIR {shared} cannot be written by this user; with STATE_SHARED it must be.");
        }
        catch (IOException failed)
        {
            throw new SettingsException($"STATE_DIR {shared} cannot be used: {failed.Message}");
        }

        throw new SettingsException($"STATE_DIR {shared} has no place left: {Most} agents share it.");
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not DirectoryNotFoundException && File.Exists(file))
        {
            return null;
        }
    }

    /// <summary>Whoever is first makes it, whole: a half-written one would be another for the next.</summary>
    private static string Prefix(string shared)
    {
        var file = Path.Combine(shared, "prefix");
        if (!File.Exists(file))
        {
            var made = $"{file}.{Guid.NewGuid():N}";
            File.WriteAllText(made, "agent-" + RandomNumberGenerator.GetString(Letters, 6) + "\n");
            try
            {
                File.Move(made, file, overwrite: false);
            }
            catch (IOException) when (File.Exists(file))
            {
                File.Delete(made);
            }
        }

        return File.ReadAllText(file).Trim() is var prefix && DeviceIds.Fits(prefix)
            ? prefix
            : throw new SettingsException($"{file} must hold what device ids begin with, {DeviceIds.Rule}; remove it to have one made.");
    }
}
