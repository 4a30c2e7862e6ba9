using System.Text.Json;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>
/// What the devices of this process have begun, on disk before it is begun: a file of lines, of which many devices' are flushed
/// together.
/// </summary>
/// <param name="file">Null: there is no folder, and nothing is kept over a restart.</param>
internal sealed class CommandJournal(JournalFile? file, Log log) : IDisposable
{
    private const long Small = 1 << 20;
    private const int LongestId = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommandLedger> _books = [];
    private List<(byte[] Line, TaskCompletionSource<bool> Written)> _waiting = [];
    private long _compacted;
    private bool _loaded;
    private bool _warned;
    private bool _writing;
    private bool _disposed;

    /// <param name="folder">The state folder; null: none.</param>
    public static CommandJournal In(string? folder, string name, Log log) =>
        new(folder is null ? null : new JournalFile(Path.Combine(folder, name)), log);

    /// <summary>What a device has begun and not settled, oldest first; null: it cannot be read now.</summary>
    public IReadOnlyList<JournalLine>? Unsettled(string deviceId)
    {
        lock (_gate)
        {
            return Load() ? _books.GetValueOrDefault(deviceId)?.Unsettled ?? [] : null;
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
        var bytes = Bytes(line);
        TaskCompletionSource<bool> written;
        lock (_gate)
        {
            if (!Load())
            {
                return Task.FromResult(false);
            }

            Book(line.Device).Take(line);
            if (file is null)
            {
                return Task.FromResult(true);
            }

            written = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((bytes, written));
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
                file?.Dispose();
            }
        }
    }

    private static byte[] Bytes(JournalLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, JournalJson.Default.JournalLine), (byte)'\n'];

    private CommandLedger Book(string deviceId) => _books.TryGetValue(deviceId, out var book) ? book : _books[deviceId] = new CommandLedger();

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
                        file!.Dispose();
                    }

                    return;
                }

                (lines, _waiting) = (_waiting, []);
            }

            var done = Guard("written", () => file!.Append(lines.Select(line => line.Line)));
            lines.ForEach(line => line.Written.SetResult(done));
            if (done && file!.Length > Small && file.Length / 2 > _compacted)
            {
                Guard("shortened", Compact);
            }
        }
    }

    /// <returns>False: it cannot be read, so nobody knows what was begun.</returns>
    private bool Load() => _loaded || file is null || (_loaded = Guard("read", () =>
    {
        if (file.Exists)
        {
            foreach (var line in file.Read().Select(Parse).OfType<JournalLine>())
            {
                Book(line.Device).Take(line);
            }

            Compact();
        }
    }));

    /// <summary>
    /// A line that a crash cut short was not flushed, so what it stands before was not done. One that cannot be written again is damaged.
    /// </summary>
    private static JournalLine? Parse(string text)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, JournalJson.Default.JournalLine);
            return line is { Device: not null, Id.Length: > 0 and <= LongestId } && Bytes(line).Length > 0 ? line : null;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private void Compact()
    {
        byte[][] lines;
        lock (_gate)
        {
            // What waits is in the books, too; written twice it says the same.
            lines = [.. _books.SelectMany(book => book.Value.Lines(book.Key)).Select(Bytes)];
        }

        file!.Replace(lines);
        _compacted = file.Length;
    }

    private bool Guard(string deed, Action act)
    {
        try
        {
            act();
            _warned = false;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            file!.Dispose();
            if (error is ForeignJournalException)
            {
                _loaded = false;
            }

            if (!_warned)
            {
                _warned = true;
                log.Warn($"{file.Path} could not be {deed} ({error.Message}); commands are refused until it can.");
            }

            return false;
        }
    }
}
