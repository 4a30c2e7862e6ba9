using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Commands;
using Rollcall.DeviceAgent.Commands.Handlers;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.Tests.Beats;
using static Rollcall.DeviceAgent.Tests.Commands.CommandBench;

namespace Rollcall.DeviceAgent.Tests.Commands;

public sealed class HandlerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Ping_answers_with_the_devices_own_time()
    {
        var report = await RunAsync(new Ping(_clock));
        Assert.Equal(("completed", "d-1"), (report.Status, report.Result!.Value.GetProperty("pong").GetString()));
        Assert.Equal(_clock.GetUtcNow(), report.Result!.Value.GetProperty("timestamp").GetDateTimeOffset());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"a":[1e300,"ü"]}""")]
    public async Task Echo_gives_back_what_it_was_given(string? parameters) =>
        Assert.Equal(parameters, (await RunAsync(new Echo(), parameters)).Result?.GetRawText());

    [Fact]
    public async Task Diagnostics_tell_of_the_host_the_process_the_disk_and_the_connection()
    {
        var facts = (await RunAsync(new Diagnose(new RandomWalk("d-1", _clock), Path.GetTempPath(), _clock))).Result!.Value;
        Assert.Equal(Environment.MachineName, facts.GetProperty("host").GetString());
        Assert.Equal(Environment.ProcessorCount, facts.GetProperty("processors").GetInt32());
        Assert.InRange(facts.GetProperty("memory").GetDouble(), 0, 100);
        Assert.InRange(facts.GetProperty("process").GetProperty("workingSet").GetInt64(), 1, long.MaxValue);
        Assert.InRange(facts.GetProperty("disk").GetProperty("free").GetInt64(), 0, facts.GetProperty("disk").GetProperty("total").GetInt64());
        Assert.Equal(30_000, facts.GetProperty("connection").GetProperty("interval").GetDouble());
        Assert.False(facts.GetProperty("connection").GetProperty("websocket").GetBoolean());
        Assert.InRange(facts.GetRawText().Length, 100, 8_000);
    }

    [Fact]
    public async Task Diagnostics_leave_out_what_they_cannot_find() =>
        Assert.False((await RunAsync(new Diagnose(new RandomWalk("d-1", _clock), "/nowhere", _clock))).Result!.Value.TryGetProperty("disk", out _));

    [Theory]
    [InlineData("""{"milliseconds":999}""")]
    [InlineData("""{"milliseconds":86400001}""")]
    [InlineData("""{"milliseconds":"1000"}""")]
    [InlineData("5000")]
    [InlineData("""{"ms":2000}""")]
    [InlineData("""{"milliseconds":2000,"seconds":2}""")]
    [InlineData("{}")]
    public async Task An_interval_that_cannot_be_is_refused_in_words(string parameters) =>
        Assert.Contains("milliseconds", (await Assert.ThrowsAsync<BadParametersException>(() => RunAsync(new SetInterval(), parameters))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_interval_holds_at_once_and_never_longer_than_the_servers()
    {
        using var bench = new CommandBench(null, false, new SetInterval());
        bench.Commands = $"[{Command("1-a", "set_interval", """{"milliseconds":2000}""")}]";
        bench.Bench.Start().Pass(21);
        Assert.InRange(bench.Bench.Gateway.Beats, 11, 12);
        Assert.Equal("""1-a {"status":"completed","result":{"milliseconds":2000}}""", bench.Reports[^1]);

        bench.Commands = $"[{Command("2-a", "set_interval", """{"milliseconds":3600000}""")}]";
        bench.Bench.Pass(3);
        var before = bench.Bench.Gateway.Beats;
        bench.Bench.Pass(60);
        Assert.Equal(before + 2, bench.Bench.Gateway.Beats);
        Assert.Equal("""2-a {"status":"completed","result":{"milliseconds":30000}}""", bench.Reports[^1]);

        bench.Commands = $"[{Command("3-a", "set_interval", """{"milliseconds":10}""")},{Command("4-a", "set_interval")}]";
        bench.Bench.Pass(40);
        Assert.Contains(bench.Reports, report => report.Contains("invalid_parameters: milliseconds must be", StringComparison.Ordinal));
        Assert.Equal("""4-a {"status":"completed","result":{"milliseconds":30000}}""", bench.Reports[^1]);
    }

    [Fact]
    public async Task An_invented_device_takes_its_time_and_fails_as_often_as_it_is_told_to()
    {
        var work = new Doing("work");
        var slow = new Mocked(work, TimeSpan.FromSeconds(2), 0, _clock, new Random(1));
        var running = RunAsync(slow);
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(running.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2.2));
        Assert.Equal("completed", (await running).Status);

        var faulty = new Mocked(work, TimeSpan.Zero, 25, _clock, new Random(1));
        var failed = 0;
        for (var run = 0; run < 1_000; run++)
        {
            failed += (await RunAsync(faulty)).Status == "failed" ? 1 : 0;
        }

        Assert.InRange(failed, 200, 300);
    }

    private static async Task<CommandReport> RunAsync(ICommandHandler handler, string? parameters = null)
    {
        using var bench = new DeviceBench();
        return await handler.RunAsync(
            new AgentCommand("1-a", handler.Name, parameters is null ? null : JsonElement.Parse(parameters)), bench.Device,
            TestContext.Current.CancellationToken);
    }
}
