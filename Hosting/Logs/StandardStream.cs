using System.Runtime.InteropServices;

namespace Rollcall.Logs;

/// <summary>
/// The process' output or error stream, as the system has it. The framework's own one writes while it holds the lock of
/// Console.Out: when the pipe is full, everybody who only wants to stand in line behind it waits as well.
/// </summary>
internal sealed class StandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static Stream Output() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(1);

    public static Stream Errors() => OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardStream(2);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var written = WriteBytes(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw new IOException("Nobody takes what this process says.");
            }

            buffer = buffer[(int)Math.Max(0, written)..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is kept here.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteBytes(int descriptor, ref byte buffer, nint count);
}
