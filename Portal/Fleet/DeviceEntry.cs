namespace Rollcall.Portal.Fleet;

/// <summary>One row: the newest that is known of a device, and its metrics since the page was opened.</summary>
public sealed class DeviceEntry(Device device)
{
    public Device Now { get; private set; } = device;

    /// <summary>Changes whenever something to show has changed.</summary>
    public int Version { get; private set; }

    public MetricRing Cpu { get; } = new();

    public MetricRing Memory { get; } = new();

    public void Set(Device next)
    {
        if (next.LastSeen != Now.LastSeen || Cpu.Count == 0)
        {
            Sample(Cpu, next.Metric("cpu"));
            Sample(Memory, next.Metric("memory"));
        }

        Now = next;
        Version++;
    }

    private static void Sample(MetricRing ring, double? value)
    {
        if (value is { } number)
        {
            ring.Add((float)number);
        }
    }
}
