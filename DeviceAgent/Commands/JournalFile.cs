using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>
/// The file of a journal, held by one process at a time from its first use on: two agents with one journal would not know of each
/// other's. Not buffered: what a full disk did not take must not be tried again when it is closed.
/// </summary>
internal sealed class JournalFile(string path) : IDisposable
{
    private FileStream? _stream;
    private bool _known;

    public string Path => path;

    public bool Exists => File.Exists(path);

    /// <summary>Bytes.</summary>
    public long Length => _stream?.Length ?? 0;

    /// <summary>All of it.</summary>
    public IEnumerable<string> Read()
    {
        var stream = _stream ??= Open(path, FileMode.OpenOrCreate);
        stream.Seek(0, SeekOrigin.Begin);
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }

        _known = true;
    }

    /// <summary>Adds lines, on disk when it returns.</summary>
    /// <exception cref="ForeignJournalException">It has lines that were never read here.</exception>
    public void Append(IEnumerable<byte[]> lines)
    {
        var begins = _stream is null;
        var stream = _stream ??= Open(path, FileMode.OpenOrCreate);
        if (!_known && stream.Length > 0)
        {
            throw new ForeignJournalException();
        }

        _known = true;
        stream.Seek(0, SeekOrigin.End);

        // After a fault its last line may be cut short: that line is no other's beginning.
        stream.Write([.. begins && stream.Length > 0 ? "\n"u8.ToArray() : [], .. lines.SelectMany(line => line)]);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Written anew beside the old one, which stays whole until then.</summary>
    public void Replace(IEnumerable<byte[]> lines)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        var stream = Open(fresh, FileMode.CreateNew);
        try
        {
            foreach (var line in lines)
            {
                stream.Write(line);
            }

            stream.Flush(flushToDisk: true);
            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        _stream?.Dispose();
        _stream = stream;
    }

    /// <summary>Lets go of it; the next use takes it again.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private static FileStream Open(string file, FileMode mode)
    {
        StateFolder.MakeFolder(System.IO.Path.GetDirectoryName(file)!);
        var options = StateFolder.OwnerOnly(mode);
        (options.Access, options.Share, options.BufferSize) = (FileAccess.ReadWrite, FileShare.None, 0);
        return new FileStream(file, options);
    }
}

/// <summary>Another agent has used the journal meanwhile.</summary>
internal sealed class ForeignJournalException() : IOException("another agent has written to it");
