using System.Globalization;

namespace Rollcall.DeviceAgent.Metrics;

/// <summary>Linux, from /proc; in a container these are the host's numbers.</summary>
internal sealed class LinuxMachine(string proc = "/proc") : IMachine
{
    public CpuTimes? Cpu()
    {
        // cpu user nice system idle iowait irq softirq steal [guest ...]; guests are contained in user already.
        var fields = FirstLine("stat").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5 || fields[0] != "cpu")
        {
            return null;
        }

        var times = fields.Skip(1).Take(8).Select(Number).ToArray();
        return new CpuTimes(times[3] + times.ElementAtOrDefault(4), times.Sum());
    }

    public double? Memory()
    {
        double? total = null;
        double? available = null;
        foreach (var line in File.ReadLines(Path.Combine(proc, "meminfo")))
        {
            total ??= Field(line, "MemTotal:");
            available ??= Field(line, "MemAvailable:");
        }

        return 100 * (1 - (available / total));
    }

    public double? Uptime() => Number(FirstLine("uptime").Split(' ')[0]);

    private string FirstLine(string file) => File.ReadLines(Path.Combine(proc, file)).FirstOrDefault("");

    private static double? Field(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) ? Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) : null;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
