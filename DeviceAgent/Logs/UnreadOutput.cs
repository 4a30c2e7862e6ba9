using System.Text;

namespace Rollcall.DeviceAgent.Logs;

/// <summary>
/// Lines on their way to whoever reads them, if anybody does. A device beats also when its log is a full pipe: what finds no
/// room is dropped, and counted in a line when there is room again.
/// </summary>
internal sealed class UnreadOutput : TextWriter
{
    /// <summary>Lines that may wait. One is some hundred characters.</summary>
    public const int Most = 1_000;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private readonly Stream _stream;
    private readonly Queue<string> _waiting = new();
    private readonly Thread _thread;
    private int _dropped;
    private bool _ended;

    public UnreadOutput(Stream stream)
    {
        _stream = stream;
        _thread = new Thread(WriteThrough) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>An output of this process; what waits at its end is written, for a second at most.</summary>
    public static UnreadOutput OfProcess(Stream stream)
    {
        var output = new UnreadOutput(stream);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => output.End(LastWords);
        return output;
    }

    public override void Write(char value) => WriteLine(value.ToString());

    public override void WriteLine(string? value)
    {
        lock (_waiting)
        {
            if (_ended || _waiting.Count >= Most)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(value ?? "");
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
        while (Next() is { } line)
        {
            try
            {
                _stream.Write(Encoding.GetBytes(line + Environment.NewLine));
                _stream.Flush();
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                // Nobody is there any more.
            }
        }
    }

    /// <summary>The next line; null when nothing is left after the end.</summary>
    private string? Next()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && _dropped == 0)
            {
                if (_ended)
                {
                    return null;
                }

                Monitor.Wait(_waiting);
            }

            if (_waiting.TryDequeue(out var line))
            {
                return line;
            }

            (line, _dropped) = ($"({_dropped} lines were dropped: nobody read them in time)", 0);
            return line;
        }
    }
}
