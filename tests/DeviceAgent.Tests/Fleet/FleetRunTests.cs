using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Beats;
using Rollcall.DeviceAgent.Fleet;
using Rollcall.DeviceAgent.Logs;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.Tests.Beats;
using Rollcall.DeviceAgent.Tests.Wire;

namespace Rollcall.DeviceAgent.Tests.Fleet;

public sealed class FleetRunTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StubGateway _gateway = new();
    private readonly StringWriter _output = new();

    public FleetRunTests() => SynchronizationContext.SetSynchronizationContext(null);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 0.009)]
    [InlineData(2_000, 1.999)]
    [InlineData(50_000, 9.9998)]
    public void Starts_are_spread_over_a_few_seconds(int count, double lastAfter) =>
        Assert.Equal(lastAfter, Run(Devices(count)).StartAfter(count - 1).TotalSeconds, 4);

    [Fact]
    public async Task Says_one_line_every_ten_seconds_and_goodbye_for_all()
    {
        using var stop = new CancellationTokenSource();
        var running = Run(Devices(30)).UntilStoppedAsync(stop.Token);
        for (var second = 0; second < 30; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains("fleet of 30: 30 online, 0 failing, 30 beats", lines[0], StringComparison.Ordinal);

        await stop.CancelAsync();
        await running;
        Assert.Equal(30, _gateway.Calls.Count(call => call.Body.Contains("offline", StringComparison.Ordinal)));
        Assert.Matches(new Regex("30 of 30 devices said goodbye"), _output.ToString());
    }

    [Fact]
    public void The_summary_says_why_devices_fail()
    {
        var devices = Devices(1);
        devices[0].Stats.Fail("503 UNAVAILABLE");
        Assert.Equal("fleet of 1: 0 online, 1 failing (503 UNAVAILABLE), 0 beats", Run(devices).Summary());
    }

    public void Dispose()
    {
        _gateway.Dispose();
        _output.Dispose();
    }

    private FleetRun Run(Device[] devices) => new(devices, _ => throw new NotSupportedException(), _clock, Log());

    private Log Log() => new(LogLevel.Info, _output, _output, _clock);

    private Device[] Devices(int count)
    {
        var gateway = _gateway.Client(_clock);
        var policy = new BeatPolicy(Backoff.Standard, new Random(1));
        return [.. Enumerable.Range(0, count).Select(number => $"d-{number}").Select(id => new Device(
            new DeviceKey(id, "device-secret"), gateway, new MemoryState(), new RandomWalk(id, _clock), policy,
            new DeviceLog(id, Log(), quiet: true), TimeSpan.FromSeconds(30), _clock, new Random(1)))];
    }
}
