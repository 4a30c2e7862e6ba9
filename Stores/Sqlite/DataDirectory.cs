namespace Rollcall.Sqlite;

/// <summary>The folder of the embedded mode. Its lock is held until this is disposed, so that two processes never share one.</summary>
public sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string Database => DatabaseIn(Path);

    public static string DatabaseIn(string path) => System.IO.Path.Combine(path, "rollcall.db");

    /// <summary>DATA_DIR, or `data/` in the Gateway's project folder, or, for a published program, `data/` beside it.</summary>
    public static string Resolve(string? setting) => System.IO.Path.GetFullPath(setting ?? DefaultPath());

    /// <summary>Creates the folder, readable by its owner alone, and takes its lock.</summary>
    /// <exception cref="SettingException">Another process has it, or it cannot be written.</exception>
    public static DataDirectory Open(string path)
    {
        try
        {
            CreateOwnerOnly(path);
            TouchOwnerOnly(System.IO.Path.Combine(path, "rollcall.db"));
            return new DataDirectory(path, new FileStream(
                System.IO.Path.Combine(path, "rollcall.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            throw new SettingException("DATA_DIR", $"names {path}, which this user cannot write to.");
        }
        catch (IOException) when (File.Exists(System.IO.Path.Combine(path, "rollcall.lock")))
        {
            throw new SettingException("DATA_DIR",
                $"names {path}, which another Rollcall process is using: stop that one, or give this one a DATA_DIR (and PORT) of its own.");
        }
        catch (IOException failed)
        {
            throw new SettingException("DATA_DIR", $"names {path}, which cannot be used: {failed.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void CreateOwnerOnly(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>
    /// An existing folder may be readable by others; the database with its secrets must not be. SQLite's other files get the same mode.
    /// </summary>
    private static void TouchOwnerOnly(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        File.Open(file, options).Dispose();
    }

    private static string DefaultPath()
    {
        var ofCheckout = typeof(DataDirectory).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => metadata.Key == "DefaultDataDirectory")?.Value;
        return ofCheckout is not null && Directory.Exists(System.IO.Path.GetDirectoryName(ofCheckout))
            ? ofCheckout
            : System.IO.Path.Combine(AppContext.BaseDirectory, "data");
    }
}
