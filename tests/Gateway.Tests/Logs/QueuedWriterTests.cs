using System.Text;

namespace Rollcall.Logs;

public sealed class QueuedWriterTests : IDisposable
{
    private const int Most = 100;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private readonly Pipe _pipe = new();

    public void Dispose() => _pipe.Dispose();

    [Fact]
    public void Lines_arrive_whole_and_in_order()
    {
        using var writer = new QueuedWriter(_pipe, Most);
        using (var console = TextWriter.Synchronized(writer))
        {
            console.WriteLine("one");
            console.Write("two: ä");
            console.Write('!');
            console.Write(['\n', '3'], 0, 2);
            console.WriteLine();
            writer.End(Soon);
        }

        Assert.Equal($"one{Environment.NewLine}two: ä!\n3{Environment.NewLine}", _pipe.Text);
        Assert.Equal(0, writer.Dropped);
    }

    [Fact]
    public void When_nobody_reads_it_keeps_a_few_drops_the_rest_and_says_so_when_it_goes_on()
    {
        using var writer = new QueuedWriter(_pipe, Most);
        using var told = new BlockingCollection();
        writer.Resumed = told.Add;
        _pipe.Fill();
        writer.Write("in the pipe");
        _pipe.AwaitWriter(Soon);
        for (var line = 0; line < Most + 23; line++)
        {
            writer.Write("a line");
        }

        Assert.Equal(23, writer.Dropped);
        _pipe.Drain();
        Assert.Equal(23, told.Take(Soon));
        writer.Write("the last");
        writer.End(Soon);
        Assert.EndsWith("a linethe last", _pipe.Text, StringComparison.Ordinal);
        Assert.Equal(23, writer.Dropped);
    }

    [Fact]
    public void A_few_huge_lines_find_no_more_room_than_many_short_ones()
    {
        using var writer = new QueuedWriter(_pipe, Most);
        _pipe.Fill();
        writer.Write("in the pipe");
        _pipe.AwaitWriter(Soon);
        var huge = new string('x', QueuedWriter.MostCharacters / 4);
        for (var line = 0; line < 6; line++)
        {
            writer.Write(huge);
        }

        Assert.Equal(2, writer.Dropped);
        _pipe.Drain();
        writer.End(Soon);
    }

    [Fact]
    public void Its_end_waits_for_no_reader()
    {
        using var writer = new QueuedWriter(_pipe, Most);
        _pipe.Fill();
        writer.Write("in the pipe");
        writer.End(TimeSpan.FromMilliseconds(50));
        writer.Write("too late");
        Assert.Equal(1, writer.Dropped);
        _pipe.Drain();
        writer.End(Soon);
    }

    [Fact]
    public void A_reader_that_is_gone_ends_nothing()
    {
        using var writer = new QueuedWriter(_pipe, Most);
        _pipe.Break();
        writer.Write("lost");
        writer.End(Soon);
        Assert.Equal(0, writer.Dropped);
    }

    /// <summary>A pipe that can be full.</summary>
    private sealed class Pipe : MemoryStream
    {
        private readonly ManualResetEventSlim _room = new(true);
        private readonly ManualResetEventSlim _writerWaits = new();
        private bool _broken;

        public string Text => Encoding.UTF8.GetString(ToArray());

        public void Fill() => _room.Reset();

        public void Drain() => _room.Set();

        public void Break() => _broken = true;

        public void AwaitWriter(TimeSpan patience) => Assert.True(_writerWaits.Wait(patience));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _writerWaits.Set();
            _room.Wait();
            if (_broken)
            {
                throw new IOException("Broken pipe");
            }

            base.Write(buffer);
        }
    }

    private sealed class BlockingCollection : IDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<long> _told = [];

        public void Add(long dropped) => _told.Add(dropped);

        public long Take(TimeSpan patience)
        {
            Assert.True(_told.TryTake(out var dropped, patience));
            return dropped;
        }

        public void Dispose() => _told.Dispose();
    }
}
