using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rollcall.DeviceAgent.Metrics;

namespace Rollcall.DeviceAgent.Commands.Handlers;

/// <summary>Facts of the host. What cannot be found out is left out.</summary>
internal sealed record Diagnostics(
    string Agent, string Runtime, string Os, string Architecture, string Host, int Processors, string Time, string TimeZone,
    double? Cpu, double? Memory, double? Uptime, ProcessFacts Process, DiskFacts? Disk, IReadOnlyList<string>? Addresses, ConnectionFacts Connection);

/// <param name="Uptime">Seconds.</param>
/// <param name="WorkingSet">Bytes.</param>
/// <param name="Heap">Bytes.</param>
internal sealed record ProcessFacts(int Id, double Uptime, long WorkingSet, long Heap, int Threads);

/// <summary>Of the state folder. Bytes.</summary>
internal sealed record DiskFacts(long Free, long Total);

/// <param name="Interval">Milliseconds between two beats.</param>
/// <param name="Trouble">Why the last call failed; left out when it did not.</param>
internal sealed record ConnectionFacts(bool Websocket, double Interval, long Heartbeats, long Errors, string? Trouble);

/// <summary><c>diagnostics</c>: what a person would look at first on that machine.</summary>
/// <param name="folder">The state folder, whose disk is told; null: none.</param>
internal sealed class Diagnose(IMetricSource machine, string? folder, TimeProvider clock) : ICommandHandler
{
    private const int MostAddresses = 32;
    private readonly long _began = clock.GetTimestamp();

    public string Name => "diagnostics";

    public Task<CommandReport> RunAsync(AgentCommand command, ICommandedDevice device, CancellationToken limit)
    {
        var metrics = machine.Read();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var facts = new Diagnostics(
            Version(),
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.OSDescription,
            RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            Environment.MachineName,
            Environment.ProcessorCount,
            Times.Text(clock.GetUtcNow()),
            clock.LocalTimeZone.Id,
            metrics.Cpu,
            metrics.Memory,
            metrics.Uptime,
            new ProcessFacts(Environment.ProcessId, Math.Round(clock.GetElapsedTime(_began).TotalSeconds, 1), process.WorkingSet64,
                GC.GetTotalMemory(false), process.Threads.Count),
            Try(Disk),
            Try(Addresses),
            new ConnectionFacts(device.IsConnected, device.Pace.TotalMilliseconds, device.Stats.Accepted, device.Stats.Errors, device.Stats.Trouble));
        return Task.FromResult(CommandReport.Completed(JsonSerializer.SerializeToElement(facts, ResultJson.Default.Diagnostics)));
    }

    private static string Version() =>
        typeof(Diagnose).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Replace('+', ' ') ?? "unknown";

    private DiskFacts? Disk() => folder is not null && Directory.Exists(folder) && new DriveInfo(Path.GetFullPath(folder)) is var disk
        ? new DiskFacts(disk.AvailableFreeSpace, disk.TotalSize)
        : null;

    private static IReadOnlyList<string>? Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            .Select(address => address.ToString())
            .Take(MostAddresses),
    ];

    private static T? Try<T>(Func<T?> find) where T : class
    {
        try
        {
            return find();
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or NetworkInformationException or ArgumentException
            or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
