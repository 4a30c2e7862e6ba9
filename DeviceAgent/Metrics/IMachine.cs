namespace Rollcall.DeviceAgent.Metrics;

/// <summary>How one operating system is asked; null is "cannot be measured".</summary>
internal interface IMachine
{
    CpuTimes? Cpu();

    /// <summary>Percent in use.</summary>
    double? Memory();

    /// <summary>Seconds since the machine started.</summary>
    double? Uptime();
}

/// <summary>Ever growing counters of all processors, in any one unit; <paramref name="Total"/> contains <paramref name="Idle"/>.</summary>
internal readonly record struct CpuTimes(double Idle, double Total);

internal sealed class UnknownMachine : IMachine
{
    public CpuTimes? Cpu() => null;

    public double? Memory() => null;

    public double? Uptime() => null;
}
