using Microsoft.Extensions.Time.Testing;
using Rollcall.DeviceAgent.Metrics;
using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Tests.Metrics;

public sealed class MetricsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TemporaryFolder _proc = new();

    [Fact]
    public void Linux_cpu_is_what_was_busy_since_the_last_sample()
    {
        Proc("stat", "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 1 1 1");
        Proc("meminfo", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\n");
        Proc("uptime", "350735.47 234388.90\n");
        var metrics = new MachineMetrics(new LinuxMachine(_proc.Path), _clock);
        Proc("stat", "cpu  125 0 100 750 125 0 0 0 75 0\n");

        Assert.Equal(new BeatMetrics(25, 75, 350735.47), metrics.Read());
        Assert.Equal(25, metrics.Read().Cpu);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(metrics.Read().Cpu);
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("cpu a b c d", "MemTotal: x kB", "soon")]
    [InlineData("intr 1 2 3 4", "MemFree: 7 kB", "-1 0")]
    [InlineData("cpu 1 2 3 4", "MemTotal: 0 kB\nMemAvailable: 0 kB", "NaN")]
    public void What_cannot_be_measured_is_left_out(string stat, string memory, string uptime)
    {
        Proc("stat", stat);
        Proc("meminfo", memory);
        Proc("uptime", uptime);
        Assert.Equal(new BeatMetrics(null, null, null), new MachineMetrics(new LinuxMachine(_proc.Path), _clock).Read());
        Assert.Equal(new BeatMetrics(null, null, null), new MachineMetrics(new LinuxMachine(_proc.Path + "-none"), _clock).Read());
    }

    [Fact]
    public void This_machine_can_be_measured()
    {
        var metrics = MachineMetrics.OfThisMachine(_clock).Read();
        Assert.InRange(metrics.Memory!.Value, 0.1, 100);
        Assert.True(metrics.Uptime > 0);
    }

    [Fact]
    public void A_walk_is_smooth_and_the_same_for_the_same_device()
    {
        var (one, same, other) = (new RandomWalk("a", _clock), new RandomWalk("a", _clock), new RandomWalk("b", _clock));
        var before = one.Read();
        Assert.Equal(before, same.Read());
        Assert.NotEqual(before, other.Read());
        for (var beat = 0; beat < 1_000; beat++)
        {
            var after = one.Read();
            Assert.InRange(after.Cpu!.Value, Math.Max(0, before.Cpu!.Value - 4.01), Math.Min(100, before.Cpu.Value + 4.01));
            Assert.InRange(after.Memory!.Value, Math.Max(0, before.Memory!.Value - 1.01), Math.Min(100, before.Memory.Value + 1.01));
            before = after;
        }
    }

    public void Dispose() => _proc.Dispose();

    private void Proc(string file, string content) => File.WriteAllText(_proc[file], content);
}
