using System.Text.Json;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.State;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>
/// What the devices of this process have begun, on disk before it is begun: a file of lines, of which many devices' are flushed
/// together. One process at a time holds it.
/// </summary>
/// <param name="file">Null: there is no folder, and nothing is kept over a restart.</param>
internal sealed class CommandJournal(string? file, Log log) : IDisposable
{
    private const long Small = 1 << 20;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommandBook> _books = [];
    private List<(byte[] Line, TaskCompletionSource<bool> Written)> _waiting = [];
    private FileStream? _stream;
    private long _compacted;
    private bool _loaded;
    private bool _warned;
    private bool _writing;
    private bool _disposed;

    /// <param name="folder">The state folder; null: none.</param>
    public static CommandJournal In(string? folder, string name, Log log) => new(folder is null ? null : Path.Combine(folder, name), log);

    /// <summary>What a device has begun and not settled: oldest first.</summary>
    public IReadOnlyList<JournalLine> Unsettled(string deviceId)
    {
        lock (_gate)
        {
            Load();
            return _books.GetValueOrDefault(deviceId)?.Unsettled ?? [];
        }
    }

    public bool Knows(string deviceId, string commandId)
    {
        lock (_gate)
        {
            return _books.GetValueOrDefault(deviceId)?.Knows(commandId) == true;
        }
    }

    /// <summary>Notes a step.</summary>
    /// <returns>True: it is on disk, or there is none. False: it is not, and what it stands before must not be done.</returns>
    public Task<bool> WriteAsync(JournalLine line)
    {
        TaskCompletionSource<bool> written;
        lock (_gate)
        {
            var loaded = Load();
            if (loaded)
            {
                Book(line.Device).Take(line);
            }

            if (file is null || !loaded)
            {
                return Task.FromResult(loaded);
            }

            written = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Bytes(line), written));
            if (_writing)
            {
                return written.Task;
            }

            _writing = true;
        }

        _ = Task.Run(WriteWaiting);
        return written.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            if (!_writing)
            {
                _stream?.Dispose();
            }
        }
    }

    private static byte[] Bytes(JournalLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, JournalJson.Default.JournalLine), (byte)'\n'];

    private CommandBook Book(string deviceId) => _books.TryGetValue(deviceId, out var book) ? book : _books[deviceId] = new CommandBook();

    /// <summary>What waits goes together, in one flush.</summary>
    private void WriteWaiting()
    {
        while (true)
        {
            List<(byte[] Line, TaskCompletionSource<bool> Written)> lines;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _writing = false;
                    if (_disposed)
                    {
                        _stream?.Dispose();
                    }

                    return;
                }

                (lines, _waiting) = (_waiting, []);
            }

            var done = Guard("written", () =>
            {
                var stream = _stream ?? Begin();
                stream.Seek(0, SeekOrigin.End);
                lines.ForEach(line => stream.Write(line.Line));
                stream.Flush(flushToDisk: true);
                Compact(stream.Length);
            });
            lines.ForEach(line => line.Written.SetResult(done));
        }
    }

    /// <returns>False: it cannot be read, so nobody knows what was begun.</returns>
    private bool Load() =>
        _loaded = _loaded || file is null || !File.Exists(file) || Guard("read", () =>
        {
            _stream = Open();
            using var reader = new StreamReader(_stream, leaveOpen: true);
            while (reader.ReadLine() is { } text)
            {
                if (Parse(text) is { Device: not null, Id: not null } line)
                {
                    Book(line.Device).Take(line);
                }
            }

            Compact(long.MaxValue);
        });

    /// <summary>A line that a crash cut short was not flushed, so what it stands before was not done.</summary>
    private static JournalLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, JournalJson.Default.JournalLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Written anew beside the old one, which stays whole until then.</summary>
    private void Compact(long length)
    {
        if (length <= Small || length / 2 <= _compacted)
        {
            return;
        }

        var fresh = file + ".new";
        File.Delete(fresh);
        var stream = new FileStream(fresh, Options(FileMode.CreateNew));
        lock (_gate)
        {
            // What waits is in the books, too; written twice it says the same.
            foreach (var line in _books.SelectMany(book => book.Value.Lines(book.Key)))
            {
                stream.Write(Bytes(line));
            }
        }

        stream.Flush(flushToDisk: true);
        File.Move(fresh, file!, overwrite: true);
        _stream?.Dispose();
        (_stream, _compacted) = (stream, stream.Length);
    }

    /// <summary>After a fault its last line may be cut short: that line is no other's beginning.</summary>
    private FileStream Begin()
    {
        var stream = _stream = Open();
        stream.Seek(0, SeekOrigin.End);
        stream.Write("\n"u8);
        return stream;
    }

    private FileStream Open()
    {
        StateFolder.MakeFolder(Path.GetDirectoryName(file)!);
        return new FileStream(file!, Options(FileMode.OpenOrCreate));
    }

    /// <summary>Nobody else writes it: two agents with one journal would not know of each other's.</summary>
    private static FileStreamOptions Options(FileMode mode)
    {
        var options = StateFolder.OwnerOnly(mode);
        (options.Access, options.Share) = (FileAccess.ReadWrite, FileShare.None);
        return options;
    }

    private bool Guard(string deed, Action act)
    {
        try
        {
            act();
            _warned = false;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _stream?.Dispose();
            _stream = null;
            if (!_warned)
            {
                _warned = true;
                log.Warn($"{file} could not be {deed} ({error.Message}); commands are refused until it can.");
            }

            return false;
        }
    }
}
