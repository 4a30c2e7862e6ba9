using System.Text;

namespace Rollcall.Logs;

/// <summary>
/// A writer that never waits. Texts stand in a bounded queue until a thread of its own has written them; what finds no room
/// is dropped and counted. A pipe that nobody reads stops that thread alone.
/// </summary>
internal sealed class QueuedWriter : TextWriter
{
    /// <summary>Characters that may wait, whatever the number of texts.</summary>
    public const int MostCharacters = 4 * 1024 * 1024;

    private readonly Stream _stream;
    private readonly int _most;
    private readonly Queue<string> _waiting = new();
    private readonly Thread _thread;
    private long _characters;
    private long _dropped;
    private long _untold;
    private bool _ended;

    /// <param name="most">Texts that may wait.</param>
    public QueuedWriter(Stream stream, int most)
    {
        _stream = stream;
        _most = most;
        _thread = new Thread(WriteThrough) { IsBackground = true, Name = "console" };
        _thread.Start();
    }

    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Texts that found no room since the start.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Is told how many were dropped, once there is room again.</summary>
    public Action<long>? Resumed { get; set; }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        lock (_waiting)
        {
            if (_ended || _waiting.Count >= _most || _characters + value.Length > MostCharacters)
            {
                _dropped++;
                _untold++;
                return;
            }

            _waiting.Enqueue(value);
            _characters += value.Length;
            Monitor.Pulse(_waiting);
        }
    }

    /// <summary>Takes nothing more; waits for the rest to be written, but no longer than that.</summary>
    public void End(TimeSpan timeout)
    {
        lock (_waiting)
        {
            _ended = true;
            Monitor.Pulse(_waiting);
        }

        _thread.Join(timeout);
    }

    private void WriteThrough()
    {
        while (Next() is { } text)
        {
            try
            {
                _stream.Write(Encoding.GetBytes(text));
                _stream.Flush();
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                // A full disk, or a terminal that was closed: it is lost, and no reason to end.
            }

            if (Untold() is var dropped and > 0)
            {
                Resumed?.Invoke(dropped);
            }
        }
    }

    /// <summary>The next text; null when nothing is left after the end.</summary>
    private string? Next()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0)
            {
                if (_ended)
                {
                    return null;
                }

                Monitor.Wait(_waiting);
            }

            var text = _waiting.Dequeue();
            _characters -= text.Length;
            return text;
        }
    }

    /// <summary>What was dropped and not yet told, when there is room to tell it.</summary>
    private long Untold()
    {
        lock (_waiting)
        {
            if (_waiting.Count > _most / 2 || _characters > MostCharacters / 2)
            {
                return 0;
            }

            var dropped = _untold;
            _untold = 0;
            return dropped;
        }
    }
}
