using System.Text.Json;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Logs;

namespace Rollcall.DeviceAgent.Tests.Commands;

/// <summary>What is on disk, over ends of every kind.</summary>
public sealed class CommandJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();

    private string FileName => _folder["commands.jsonl"];

    [Fact]
    public async Task What_was_begun_is_there_after_a_kill_with_its_report_when_it_had_one()
    {
        var first = Open();
        Assert.True(await first.WriteAsync(Begun("a")));
        Assert.True(await first.WriteAsync(Begun("b")));
        Assert.True(await first.WriteAsync(Begun("b") with { Report = CommandReport.Completed(JsonElement.Parse("""{"x":1}""")) }));
        Assert.True(await first.WriteAsync(Begun("c")));
        Assert.True(await first.WriteAsync(new JournalLine("lamp", "c", null, Settled: true)));
        Assert.True(await first.WriteAsync(new JournalLine("door", "d", "work")));

        // Closing writes nothing more. A kill may cut what was not flushed short.
        first.Dispose();
        await File.AppendAllTextAsync(FileName, """{"device":"lamp","id":"e","comm""", TestContext.Current.CancellationToken);
        using var second = Open();
        Assert.Equal(["a", "b"], second.Unsettled("lamp")!.Select(line => line.Id));
        Assert.Equal((null, """{"x":1}"""), (second.Unsettled("lamp")![0].Report, second.Unsettled("lamp")![1].Report!.Result!.Value.GetRawText()));
        Assert.True(second.Knows("lamp", "c"));
        Assert.False(second.Knows("lamp", "d"));
        Assert.False(second.Knows("lamp", "e"));
        Assert.Single(second.Unsettled("door")!);
        Assert.True(await second.WriteAsync(Begun("e")));
    }

    [Fact]
    public async Task Many_devices_lines_are_flushed_together_and_all_are_there()
    {
        using (var journal = Open())
        {
            var written = await Task.WhenAll(Enumerable.Range(0, 2_000)
                .Select(number => Task.Run(() => journal.WriteAsync(new JournalLine($"d-{number % 50}", $"{number}", "work")))));
            Assert.All(written, Assert.True);
        }

        using var again = Open();
        Assert.Equal(2_000, Enumerable.Range(0, 50).Sum(number => again.Unsettled($"d-{number}")!.Count));
    }

    [Fact]
    public async Task It_does_not_grow_with_what_is_settled()
    {
        using var journal = Open();
        var report = CommandReport.Completed(JsonElement.Parse($"\"{new string('x', 1_000)}\""));
        for (var number = 0; number < 6_000; number++)
        {
            _ = journal.WriteAsync(Begun($"{number}") with { Report = report });
            await journal.WriteAsync(new JournalLine("lamp", $"{number}", null, Settled: true));
            Assert.InRange(new FileInfo(FileName).Length, 0, 3 << 20);
        }

        Assert.True(journal.Knows("lamp", "5999"));
        Assert.True(journal.Knows("lamp", "5001"));
        Assert.False(journal.Knows("lamp", "1"));
        Assert.Empty(journal.Unsettled("lamp")!);
    }

    [Fact]
    public async Task Another_agent_with_the_same_folder_is_refused_and_says_why()
    {
        using var first = Open();
        await first.WriteAsync(Begun("a"));
        using var second = Open();
        Assert.Null(second.Unsettled("lamp"));
        Assert.False(await second.WriteAsync(Begun("b")));
        Assert.Contains("commands are refused", _output.ToString(), StringComparison.Ordinal);
        first.Dispose();
        Assert.Equal("a", Assert.Single(second.Unsettled("lamp")!).Id);
        Assert.True(await second.WriteAsync(Begun("c")));
    }

    [Fact]
    public async Task Of_two_that_began_without_a_file_the_second_reads_what_the_first_has_written_before_it_writes()
    {
        using var first = Open();
        using var second = Open();
        Assert.Empty(first.Unsettled("lamp")!);
        Assert.Empty(second.Unsettled("lamp")!);
        await first.WriteAsync(Begun("a"));
        first.Dispose();
        Assert.False(await second.WriteAsync(Begun("a")));
        Assert.True(await second.WriteAsync(Begun("b")));
        Assert.True(second.Knows("lamp", "a"));
    }

    [Theory]
    [InlineData("""{"device":"lamp","id":7}""")]
    [InlineData("""{"device":"lamp","id":""}""")]
    [InlineData("""{"id":"x"}""")]
    [InlineData("""{"device":"lamp","id":"x","report":{"status":"completed","result":"\ud800"}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_damaged_line_is_passed_over(string line)
    {
        await File.WriteAllTextAsync(FileName, $"{line}\n{{\"device\":\"lamp\",\"id\":\"a\"}}\n", TestContext.Current.CancellationToken);
        using var journal = Open();
        Assert.Equal(["a"], journal.Unsettled("lamp")!.Select(one => one.Id));
        Assert.True(await journal.WriteAsync(Begun("b")));
    }

    [Fact]
    public async Task Where_nothing_can_be_written_nothing_is_begun()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        using var journal = CommandJournal.In(_folder["file"], "commands.jsonl", Log());
        Assert.False(await journal.WriteAsync(Begun("a")));
    }

    [Fact]
    public async Task Without_a_folder_it_is_kept_in_memory()
    {
        using var journal = CommandJournal.In(null, "commands.jsonl", Log());
        Assert.True(await journal.WriteAsync(Begun("a")));
        Assert.True(journal.Knows("lamp", "a"));
    }

    public void Dispose()
    {
        _output.Dispose();
        _folder.Dispose();
    }

    private static JournalLine Begun(string id) => new("lamp", id, "work");

    private CommandJournal Open() => CommandJournal.In(_folder.Path, "commands.jsonl", Log());

    private Log Log() => new(LogLevel.Info, _output, _output, TimeProvider.System);
}
