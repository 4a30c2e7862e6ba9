using Rollcall.DeviceAgent.Wire;

namespace Rollcall.DeviceAgent.Metrics;

/// <summary>
/// This machine's real numbers: cpu since the last sample, memory in use, uptime.
/// What cannot be measured is left out. Safe to share; asked twice within a second it repeats itself.
/// </summary>
internal sealed class MachineMetrics : IMetricSource
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private readonly Lock _turn = new();
    private readonly IMachine _machine;
    private readonly TimeProvider _clock;
    private CpuTimes? _before;
    private (long At, BeatMetrics Metrics)? _last;

    public MachineMetrics(IMachine machine, TimeProvider clock)
    {
        _machine = machine;
        _clock = clock;
        _before = Try(machine.Cpu);
    }

    public static MachineMetrics OfThisMachine(TimeProvider clock) => new(ForThisSystem(), clock);

    public BeatMetrics Read()
    {
        lock (_turn)
        {
            if (_last is { } last && _clock.GetElapsedTime(last.At) < Freshness)
            {
                return last.Metrics;
            }

            var now = Try(_machine.Cpu);
            var metrics = new BeatMetrics(Percent(_before, now), Sound(Try(_machine.Memory), 100), Sound(Try(_machine.Uptime), double.MaxValue));
            _before = now;
            _last = (_clock.GetTimestamp(), metrics);
            return metrics;
        }
    }

    private static IMachine ForThisSystem() =>
        OperatingSystem.IsLinux() ? new LinuxMachine()
        : OperatingSystem.IsMacOS() ? new MacMachine()
        : OperatingSystem.IsWindows() ? new WindowsMachine()
        : new UnknownMachine();

    private static double? Percent(CpuTimes? before, CpuTimes? now) =>
        before is { } old && now is { } fresh && fresh.Total > old.Total && fresh.Idle >= old.Idle
            ? Sound(100 * (1 - ((fresh.Idle - old.Idle) / (fresh.Total - old.Total))), 100)
            : null;

    private static double? Sound(double? value, double most) =>
        value is { } number && double.IsFinite(number) && number >= 0 && number <= most ? Math.Round(number, 2) : null;

    private static T? Try<T>(Func<T?> measure) where T : struct
    {
        try
        {
            return measure();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException
            or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}
