using System.Runtime.InteropServices;

namespace Rollcall.DeviceAgent.Metrics;

/// <summary>Windows: GetSystemTimes, GlobalMemoryStatusEx and the tick count.</summary>
internal sealed partial class WindowsMachine : IMachine
{
    public CpuTimes? Cpu() =>
        // The kernel's time contains the idle time.
        GetSystemTimes(out var idle, out var kernel, out var user) ? new CpuTimes(idle, (double)kernel + user) : null;

    public double? Memory()
    {
        var status = new MemoryStatus { Length = (uint)Marshal.SizeOf<MemoryStatus>() };
        return GlobalMemoryStatus(ref status) && status.Total > 0
            ? 100 * (1 - ((double)status.Available / status.Total))
            : null;
    }

    public double? Uptime() => Environment.TickCount64 / 1000.0;

    [LibraryImport("kernel32.dll", EntryPoint = "GetSystemTimes")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetSystemTimes(out long idle, out long kernel, out long user);

    [LibraryImport("kernel32.dll", EntryPoint = "GlobalMemoryStatusEx")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GlobalMemoryStatus(ref MemoryStatus status);

    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryStatus
    {
        public uint Length;
        public uint Load;
        public ulong Total;
        public ulong Available;
        public ulong TotalPageFile;
        public ulong AvailablePageFile;
        public ulong TotalVirtual;
        public ulong AvailableVirtual;
        public ulong AvailableExtendedVirtual;
    }
}
