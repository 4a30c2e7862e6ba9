using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Rollcall.Proxies;

/// <summary>
/// Adds the missing length to an empty POST over HTTP/1.0, which nginx sends to its backends by default. The server refuses such a request before
/// any of our code runs, 400 with an empty body, and has no setting for it. Only the first request of a connection is examined: a client of HTTP/1.0
/// opens a connection for each.
/// </summary>
internal sealed class LengthlessPost(PipeReader inner) : PipeReader
{
    /// <summary>More than the server accepts of a request's head: the server refuses that itself.</summary>
    private const int MostBytes = 48 * 1024;

    private Stage _stage;
    private ReadOnlySequence<byte> _mended;
    private bool _examined;

    /// <summary>Examining the head; serving the head with the length added; passing everything through.</summary>
    private enum Stage { Looking, Mended, Through }

    private enum Verdict { Fine, Lengthless, More }

    public static void Accept(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Transport = new Duplex(new LengthlessPost(connection.Transport.Input), connection.Transport.Output);
        return next(connection);
    });

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => _stage switch
    {
        Stage.Through => inner.ReadAsync(cancellationToken),
        Stage.Looking => LookAsync(cancellationToken),
        _ when !_examined => ValueTask.FromResult(new ReadResult(_mended, isCanceled: false, isCompleted: false)),
        _ => ReadOnAsync(cancellationToken),
    };

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return _stage == Stage.Through && inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_stage != Stage.Mended)
        {
            inner.AdvanceTo(consumed, examined);
            return;
        }

        _examined = _mended.Slice(examined).IsEmpty;
        _mended = _mended.Slice(consumed);
        if (_mended.IsEmpty)
        {
            _stage = Stage.Through;
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> LookAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var result = await inner.ReadAsync(cancellation);
            var verdict = result.IsCanceled ? Verdict.Fine : Judge(result.Buffer);
            if (verdict == Verdict.Fine || (verdict == Verdict.More && result.IsCompleted))
            {
                _stage = Stage.Through;
                return result;
            }

            if (verdict == Verdict.Lengthless)
            {
                _mended = Mend(result.Buffer);
                inner.AdvanceTo(result.Buffer.End);
                _stage = Stage.Mended;
                return new ReadResult(_mended, isCanceled: false, isCompleted: false);
            }

            inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Reads what follows a head that is not consumed yet. No client of HTTP/1.0 sends that, but nothing is lost.</summary>
    private async ValueTask<ReadResult> ReadOnAsync(CancellationToken cancellation)
    {
        var result = await inner.ReadAsync(cancellation);
        _mended = new ReadOnlySequence<byte>([.. _mended.ToArray(), .. result.Buffer.ToArray()]);
        _examined = false;
        inner.AdvanceTo(result.Buffer.End);
        return new ReadResult(_mended, result.IsCanceled, result.IsCompleted);
    }

    private static Verdict Judge(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return Verdict.More;
        }

        if (buffer.FirstSpan[0] != 'P' || buffer.Length > MostBytes)
        {
            return Verdict.Fine;
        }

        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n'))
        {
            return Verdict.More;
        }

        line = line.TrimEnd((byte)'\r');
        if (!line.EndsWith(" HTTP/1.0"u8) || !(line.StartsWith("POST "u8) || line.StartsWith("PUT "u8)))
        {
            return Verdict.Fine;
        }

        while (reader.TryReadTo(out line, (byte)'\n'))
        {
            line = line.TrimEnd((byte)'\r');
            if (line.IsEmpty)
            {
                return Verdict.Lengthless;
            }

            if (Names(line, "Content-Length") || Names(line, "Transfer-Encoding"))
            {
                return Verdict.Fine;
            }
        }

        return Verdict.More;
    }

    private static bool Names(ReadOnlySpan<byte> line, string header) =>
        line.IndexOf((byte)':') is var colon and > 0 && Ascii.EqualsIgnoreCase(line[..colon].Trim((byte)' '), header);

    private static ReadOnlySequence<byte> Mend(in ReadOnlySequence<byte> buffer)
    {
        var afterLine = buffer.GetPosition(1, buffer.PositionOf((byte)'\n')!.Value);
        return new ReadOnlySequence<byte>(
            [.. buffer.Slice(0, afterLine).ToArray(), .. "Content-Length: 0\r\n"u8, .. buffer.Slice(afterLine).ToArray()]);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
