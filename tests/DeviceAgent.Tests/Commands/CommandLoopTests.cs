using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Commands.Handlers;
using Rollcall.DeviceAgent.Logs;
using static Rollcall.DeviceAgent.Tests.Commands.CommandBench;

namespace Rollcall.DeviceAgent.Tests.Commands;

/// <summary>A device that is asked to do something, under a fake clock.</summary>
public sealed class CommandLoopTests
{
    private readonly Doing _work = new("work");

    [Fact]
    public void What_comes_with_a_beat_is_acknowledged_done_and_reported_in_order_and_each_once()
    {
        using var bench = new CommandBench(null, false, _work, new Echo());
        bench.Commands = $"[{Command("1-a", "work")},{Command("2-b", "echo", """{ "a": [1] }""")},{Command("3-c", "reboot")}]";
        bench.Bench.Start().Pass(100);
        Assert.Equal(
            [
                """1-a {"status":"acknowledged"}""", """1-a {"status":"completed"}""",
                """2-b {"status":"acknowledged"}""", """2-b {"status":"completed","result":{"a":[1]}}""",
                """3-c {"status":"acknowledged"}""", """3-c {"status":"failed","error":"unsupported"}""",
            ],
            bench.Reports.Select(report => report.Replace(" [", "[", StringComparison.Ordinal).Replace("{ ", "{", StringComparison.Ordinal)
                .Replace("] }", "]}", StringComparison.Ordinal)));
        Assert.Equal(["1-a"], _work.Runs);
        Assert.Equal(4, bench.Bench.Gateway.Beats);
    }

    [Fact]
    public void Over_the_socket_it_is_told_and_answered_there()
    {
        using var bench = new CommandBench(null, true, _work, new Echo());
        bench.Bench.Start().Pass(1);
        bench.Bench.Sockets.Newest.Say("""{"type":"command","id":"1-a","command":"echo","parameters":[7],"payload":{}}""");
        bench.Bench.Sockets.Newest.Say("""{"type":"command","id":"1-a","command":"echo","parameters":[7],"payload":{}}""");
        Assert.Equal(["command_ack 1-a acknowledged", "command_result 1-a completed [7]"], bench.Reports);
        Assert.DoesNotContain(bench.Bench.Gateway.Calls, call => call.Path.Contains("/commands/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_taken_back_is_not_done(bool sockets)
    {
        using var bench = new CommandBench(null, sockets, _work);
        bench.OnReport = _ => 409;
        bench.OnSpokenReport = _ => "CONFLICT";
        bench.Commands = $"[{Command("1-a", "work")}]";
        bench.Bench.Start().Pass(100);
        if (sockets)
        {
            bench.Bench.Sockets.Newest.Say("""{"type":"command","id":"1-a","command":"work"}""");
        }

        Assert.Empty(_work.Runs);
        Assert.Single(bench.Reports);
        Assert.Empty(bench.Bench.Journal.Unsettled("d-1")!);
    }

    [Fact]
    public void While_nobody_answers_it_is_not_begun_and_afterwards_nothing_is_lost_or_doubled()
    {
        using var bench = new CommandBench(null, false, _work);
        bench.OnReport = _ => 503;
        bench.Commands = $"[{Command("1-a", "work")},{Command("2-b", "work")}]";
        bench.Bench.Start().Pass(60);
        Assert.Empty(_work.Runs);
        Assert.InRange(bench.Reports.Count, 5, 40);
        bench.OnReport = report => report.Contains("completed", StringComparison.Ordinal) ? 0 : 200;
        bench.Bench.Pass(60);
        Assert.Equal(["1-a"], _work.Runs);
        bench.OnReport = _ => 200;
        bench.Bench.Pass(60);
        Assert.Equal(["1-a", "2-b"], _work.Runs);
        Assert.Empty(bench.Bench.Journal.Unsettled("d-1")!);
    }

    [Fact]
    public void A_socket_that_breaks_in_the_middle_of_it_costs_nothing()
    {
        var done = new TaskCompletionSource<CommandReport>();
        var slow = new Doing("work", (_, _) => done.Task);
        using var bench = new CommandBench(null, true, slow);
        bench.Bench.Start().Pass(1);
        bench.Bench.Sockets.Newest.Say("""{"type":"command","id":"1-a","command":"work"}""");
        bench.Bench.Sockets.OnDial = _ => new IOException("no network for sockets");
        bench.Bench.Sockets.Newest.Close(null);
        done.SetResult(CommandReport.Completed());
        bench.Bench.Pass(1);
        Assert.Equal(["command_ack 1-a acknowledged", """1-a {"status":"completed"}"""], bench.Reports);
        Assert.Equal(["1-a"], slow.Runs);
    }

    [Fact]
    public void One_that_takes_too_long_has_failed_and_the_next_is_done()
    {
        var stuck = new Doing("stuck", (_, _) => new TaskCompletionSource<CommandReport>().Task);
        var broken = new Doing("broken", (_, _) => throw new InvalidOperationException("secret"));
        var large = new Doing(
            "large", (_, _) => Task.FromResult(CommandReport.Completed(System.Text.Json.JsonElement.Parse($"\"{new string('x', 40_000)}\""))));
        using var bench = new CommandBench(null, false, stuck, broken, large, _work);
        bench.Commands = $"[{Command("1-a", "stuck")},{Command("2-b", "broken")},{Command("3-c", "large")},{Command("4-d", "work")}]";
        bench.Bench.Start().Pass(4);
        Assert.Single(bench.Reports);
        bench.Bench.Pass(2);
        Assert.Equal(
            ["""1-a {"status":"failed","error":"timeout: not done within 5 s"}""",
                """2-b {"status":"failed","error":"fault: InvalidOperationException"}""", """4-d {"status":"completed"}"""],
            bench.Reports.Where(
                report => !report.Contains("acknowledged", StringComparison.Ordinal) && !report.Contains("3-c", StringComparison.Ordinal)));
        Assert.Contains(bench.Reports, report => report.Contains("result_too_large", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_was_begun_before_the_start_was_interrupted_a_restart_is_completed_and_neither_is_done_again()
    {
        var journal = new CommandJournal(null, new Log(LogLevel.Error, TextWriter.Null, TextWriter.Null, TimeProvider.System));
        var stuck = new Doing("work", (_, _) => new TaskCompletionSource<CommandReport>().Task);
        using (var first = new CommandBench(journal, false, stuck))
        {
            first.Commands = $"[{Command("1-a", "work")}]";
            first.Bench.Start().Pass(1);
            first.Bench.Stop();
        }

        Assert.Equal(["1-a"], stuck.Runs);
        using (var second = new CommandBench(journal, false, _work, new Restart()))
        {
            second.Commands = $"[{Command("1-a", "work")},{Command("2-b", "restart")},{Command("3-c", "work")}]";
            second.Bench.Start().Pass(1);
            Assert.Equal(["""1-a {"status":"failed","error":"interrupted"}""", """2-b {"status":"acknowledged"}"""], second.Reports);
            Assert.True(second.Bench.Device.WantsRestart);
            await second.Bench.Run.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        }

        using var third = new CommandBench(journal, false, _work, new Restart());
        third.Commands = $"[{Command("2-b", "restart")},{Command("3-c", "work")}]";
        third.Bench.Start().Pass(100);
        Assert.Equal(["""2-b {"status":"completed","result":{"restarted":true}}""", """3-c {"status":"acknowledged"}""",
            """3-c {"status":"completed"}"""], third.Reports);
        Assert.Equal(["3-c"], _work.Runs);
    }

    [Fact]
    public async Task A_journal_that_can_be_read_only_later_is_settled_then()
    {
        using var folder = new TemporaryFolder();
        var file = folder["commands.jsonl"];
        await File.WriteAllTextAsync(file, "{\"device\":\"d-1\",\"id\":\"1-a\",\"command\":\"work\"}\n", TestContext.Current.CancellationToken);
        using var journal = CommandJournal.In(
            folder.Path, "commands.jsonl", new Log(LogLevel.Error, TextWriter.Null, TextWriter.Null, TimeProvider.System));
        using var bench = new CommandBench(journal, false, _work);
        await using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            bench.Commands = $"[{Command("2-b", "work")}]";
            bench.Bench.Start().Pass(1);
            Assert.Equal(["""2-b {"status":"failed","error":"storage: the state folder cannot be written, or another agent uses it"}"""],
                bench.Reports);
        }

        bench.Commands = "[]";
        bench.Bench.Pass(15);

        // The file is written by a thread of its own.
        await Eventually.IsSoAsync(() => bench.Reports.Count >= 2);
        Assert.Equal("""1-a {"status":"failed","error":"interrupted"}""", bench.Reports[^1]);
        Assert.Empty(_work.Runs);
        bench.Bench.Stop();
    }

    [Fact]
    public void A_fault_of_ours_fails_its_command_and_no_other()
    {
        using var bench = new CommandBench(null, false, new Echo(), _work);
        bench.Commands = $"[null,{Command("1-a", "echo", "\"\\ud800\"")},{Command("2-b", "work")}]";
        bench.Bench.Start().Pass(1);
        Assert.Equal(1, bench.Bench.Gateway.Beats);
        Assert.Contains(bench.Reports, report => report.StartsWith("1-a {\"status\":\"failed\",\"error\":\"fault: ", StringComparison.Ordinal));
        Assert.Equal(["2-b"], _work.Runs);
    }

    [Fact]
    public void A_report_without_a_session_waits_for_the_next_and_asks_for_it_at_once()
    {
        using var bench = new CommandBench(null, false, _work);
        var refused = 0;
        bench.OnReport = report => report.Contains("completed", StringComparison.Ordinal) && refused++ == 0 ? 401 : 200;
        bench.Commands = $"[{Command("1-a", "work")}]";
        bench.Bench.Start().Pass(5);
        Assert.Equal(2, bench.Bench.Gateway.Beats);
        Assert.Equal(2, bench.Reports.Count(report => report.Contains("completed", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nonsense_is_passed_over_and_no_more_wait_than_may()
    {
        using var bench = new CommandBench(null, true, _work);
        bench.Bench.Start().Pass(1);
        foreach (var nonsense in new[] { """{"type":"command"}""", """{"type":"command","id":"../x","command":"work"}""",
            """{"type":"command","id":"","command":"work"}""", """{"type":"command","id":"1-a"}""" })
        {
            bench.Bench.Sockets.Newest.Say(nonsense);
        }

        Assert.Empty(bench.Reports);
        bench.OnSpokenReport = _ => "UNAVAILABLE";
        for (var number = 0; number < 3_000; number++)
        {
            bench.Bench.Sockets.Newest.Say($$"""{"type":"command","id":"{{number}}-a","command":"work"}""");
        }

        bench.OnSpokenReport = _ => null;
        bench.Bench.Pass(20);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(number => $"{number}-a"), _work.Runs);
    }
}
