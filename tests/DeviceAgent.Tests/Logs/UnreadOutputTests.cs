using System.Text;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Tests.Logs;

public sealed class UnreadOutputTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public void A_full_pipe_keeps_nobody_waiting_and_the_lost_lines_are_told()
    {
        using var pipe = new FullPipe();
        using var output = new UnreadOutput(pipe);
        output.WriteLine("in the pipe");
        Assert.True(pipe.Waits.Wait(Soon));
        for (var line = 0; line < UnreadOutput.Most + 7; line++)
        {
            output.WriteLine("a line");
        }

        pipe.Room.Set();
        output.End(Soon);
        string[] said = Encoding.UTF8.GetString(pipe.ToArray()).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(UnreadOutput.Most + 2, said.Length);
        Assert.Equal(("in the pipe", "a line"), (said[0], said[^2]));
        Assert.Equal("(7 lines were dropped: nobody read them in time)", said[^1]);
    }

    [Fact]
    public void Its_end_waits_for_no_reader()
    {
        using var pipe = new FullPipe();
        using var output = new UnreadOutput(pipe);
        output.WriteLine("in the pipe");
        output.End(TimeSpan.FromMilliseconds(50));
        pipe.Room.Set();
        output.End(Soon);
    }

    private sealed class FullPipe : MemoryStream
    {
        public ManualResetEventSlim Room { get; } = new();

        public ManualResetEventSlim Waits { get; } = new();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Waits.Set();
            Room.Wait();
            base.Write(buffer);
        }
    }
}
