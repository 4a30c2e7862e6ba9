using System.Text.Json;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>
/// The commands that the devices of this process have begun, written to disk before they are: a file of lines, and one flush for those of
/// many devices.
/// </summary>
/// <param name="file">Null: there is no folder, and nothing is kept over a restart.</param>
internal sealed class CommandJournal(JournalFile? file, Log log) : IDisposable
{
    private const long Small = 1 << 20;
    private const int LongestId = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CommandLedger> _ledgers = [];
    private List<(byte[] Line, TaskCompletionSource<bool> Written)> _waiting = [];
    private long _compacted;
    private bool _loaded;
    private bool _warned;
    private bool _writing;
    private bool _disposed;

    /// <param name="folder">The state folder; null: none.</param>
    public static CommandJournal In(string? folder, string name, Log log) =>
        new(folder is null ? null : new JournalFile(Path.Combine(folder, name)), log);

    /// <summary>Commands that a device has begun and not settled, oldest first; null: the journal cannot be read now.</summary>
    public IReadOnlyList<JournalLine>? Unsettled(string deviceId)
    {
        lock (_gate)
        {
            return Load() ? _ledgers.GetValueOrDefault(deviceId)?.Unsettled ?? [] : null;
        }
    }

    public bool Knows(string deviceId, string commandId)
    {
        lock (_gate)
        {
            return _ledgers.GetValueOrDefault(deviceId)?.Knows(commandId) == true;
        }
    }

    /// <summary>Writes a step of a command.</summary>
    /// <returns>True: it is on disk, or there is no folder. False: it is not, and the step must not be taken.</returns>
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

            Ledger(line.Device).Take(line);
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

    private CommandLedger Ledger(string deviceId) =>
        _ledgers.TryGetValue(deviceId, out var ledger) ? ledger : _ledgers[deviceId] = new CommandLedger();

    /// <summary>Writes all waiting lines in one flush.</summary>
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

    /// <returns>False: the file cannot be read, so it is unknown what was begun.</returns>
    private bool Load() => _loaded || file is null || (_loaded = Guard("read", () =>
    {
        if (file.Exists)
        {
            foreach (var line in file.Read().Select(Parse).OfType<JournalLine>())
            {
                Ledger(line.Device).Take(line);
            }

            Compact();
        }
    }));

    /// <summary>
    /// A line that a crash cut short was not flushed, so its step was not taken. A line that cannot be written again is damaged.
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
            // Waiting lines are in the ledgers, too; a line that is written twice has the same effect.
            lines = [.. _ledgers.SelectMany(ledger => ledger.Value.Lines(ledger.Key)).Select(Bytes)];
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
