using Microsoft.Data.Sqlite;
using Rollcall.Postgres.Writing;
using Rollcall.Sqlite;

namespace Rollcall.Administration;

/// <summary>Copies the embedded store beside the process that uses it.</summary>
internal static class StoreBackup
{
    /// <summary>
    /// One consistent file, as of one moment, including the write-ahead log. Writers go on meanwhile. The copy is readable by its
    /// owner alone, and gets its name only when it is complete and on disk.
    /// </summary>
    /// <returns>Its bytes.</returns>
    /// <exception cref="SettingException">There is no store, the copy is there already, or it cannot be written.</exception>
    public static long Copy(string store, string copy)
    {
        if (!File.Exists(store))
        {
            throw new SettingException("DATA_DIR", $"has no database yet: {store} does not exist.");
        }

        if (Path.Exists(copy))
        {
            throw new SettingException(copy, "already exists: name another file.");
        }

        var part = copy + ".part";
        try
        {
            // Created before SQLite fills it, which accepts an empty file: it is never readable by others.
            using (File.Open(part, OwnerOnly()))
            {
            }

            Fill(store, part);
            using (var whole = File.Open(part, FileMode.Open, FileAccess.ReadWrite))
            {
                whole.Flush(flushToDisk: true);
            }

            File.Move(part, copy);
            return new FileInfo(copy).Length;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new SettingException(copy, $"cannot be written: {failed.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            Discard(part);
        }
    }

    private static void Fill(string store, string part)
    {
        using var connection = SqliteConnections.Open(store);
        using var vacuum = connection.CreateCommand();
        // No timeout: a large store takes minutes.
        vacuum.CommandTimeout = 0;
        vacuum.CommandText = "VACUUM INTO $copy";
        vacuum.Parameters.AddWithValue("$copy", part);
        vacuum.ExecuteNonQuery();
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static void Discard(string part)
    {
        try
        {
            File.Delete(part);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The error of the copy says more.
        }
    }
}
