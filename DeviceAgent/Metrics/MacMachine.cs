using System.Runtime.InteropServices;

namespace Rollcall.DeviceAgent.Metrics;

/// <summary>
/// macOS: processor ticks and pages from the Mach host; the size of the memory as the runtime knows it; the uptime of the
/// monotonic clock, which on this system stands still while the machine sleeps.
/// </summary>
internal sealed partial class MacMachine : IMachine
{
    private const string System = "/usr/lib/libSystem.dylib";
    private const int CpuLoad = 3;
    private const int VmInfo64 = 4;

    // Every call of mach_host_self takes a reference to the port: one is enough.
    private readonly Lazy<uint> _host = new(MachHostSelf);

    public CpuTimes? Cpu()
    {
        // user, system, idle, nice
        Span<uint> ticks = stackalloc uint[4];
        var count = (uint)ticks.Length;
        return HostStatistics(_host.Value, CpuLoad, ticks, ref count) == 0 && count == 4
            ? new CpuTimes(ticks[2], (double)ticks[0] + ticks[1] + ticks[2] + ticks[3])
            : null;
    }

    public double? Memory()
    {
        // vm_statistics64 in 32-bit words: 1 = active, 3 = wired, 32 = held by the compressor.
        Span<uint> words = stackalloc uint[38];
        var count = (uint)words.Length;
        var total = (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return HostStatistics64(_host.Value, VmInfo64, words, ref count) == 0 && count > 32 && total > 0
            ? 100 * ((double)words[1] + words[3] + words[32]) * Environment.SystemPageSize / total
            : null;
    }

    public double? Uptime() => Environment.TickCount64 / 1000.0;

    [LibraryImport(System, EntryPoint = "mach_host_self")]
    private static partial uint MachHostSelf();

    [LibraryImport(System, EntryPoint = "host_statistics")]
    private static partial int HostStatistics(uint host, int flavor, Span<uint> words, ref uint count);

    [LibraryImport(System, EntryPoint = "host_statistics64")]
    private static partial int HostStatistics64(uint host, int flavor, Span<uint> words, ref uint count);
}
