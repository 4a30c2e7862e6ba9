using BenchmarkDotNet.Attributes;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Feed;

namespace Rollcall.Micro;

/// <summary>
/// Entries of a feed put into what waits for a reader, ten of each thing, and taken out: per entry. Against a dictionary that keeps the last
/// one written, whatever it is.
/// </summary>
public class FeedMergeBenchmarks
{
    private const int Things = 100;
    private const int Entries = 1_000;
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly FeedItem[] _beats = [.. Enumerable.Range(0, Entries).Select(number => Device(number % Things, number / Things))];

    /// <summary>The same from the newest to the oldest: the later has to give way.</summary>
    private readonly FeedItem[] _backwards = [.. Enumerable.Range(1, Entries).Select(number => Device(number % Things, (Entries - number) / Things))];
    private readonly CommandItem[] _steps = [.. Enumerable.Range(0, Entries).Select(number => Step(number % Things, number / Things))];
    private readonly FeedBuffer _buffer = new(most: 10_000, FeedBuffer.BytesOf(10_000, 16 * 1024 * 1024));
    private readonly Dictionary<string, FeedItem> _plain = [];

    [GlobalSetup]
    public void Setup()
    {
        Require.That(Dictionary() == Things && Devices() == Things && OutOfOrder() == Things && Commands() == Things, "entries are not folded");
        Require.That(Merged(_backwards)[0].Entries.All(entry => ((FeedItem)entry).Now!.Revision == Entries / Things), "an older entry wins");
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Entries)]
    public int Dictionary()
    {
        foreach (var entry in _beats)
        {
            _plain[entry.DeviceId] = entry;
        }

        FeedItem[] taken = [.. _plain.Values];
        _plain.Clear();
        return taken.Length;
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Devices() => Merged(_beats)[0].Entries.Count;

    [Benchmark(OperationsPerInvoke = Entries)]
    public int OutOfOrder() => Merged(_backwards)[0].Entries.Count;

    [Benchmark(OperationsPerInvoke = Entries)]
    public int Commands() => Merged(_steps)[0].Entries.Count;

    private IReadOnlyList<FeedPortion> Merged(IFeedEntry[] entries)
    {
        foreach (var entry in entries)
        {
            _buffer.Add(entry);
        }

        return _buffer.Take();
    }

    private static FeedItem Device(int device, int round)
    {
        var now = new Device(
            $"device-{device:0000}", "customer", "Boiler", null, DeviceMode.Active, DeviceStatus.Online, DeviceHealth.Healthy,
            PresenceReason.Heartbeat, Noon, Noon.AddSeconds(round), false, """{"cpu":12.5,"memory":40,"uptime":3600}""", 1, null, false);
        return new FeedItem("customer", now.DeviceId, new DeviceVersion(now, Life: 1, Revision: round + 1), FeedChange.Beat);
    }

    private static CommandItem Step(int command, int round) => new("customer", new Command(
        $"{command}-00", $"device-{command:0000}", command, "diagnostics", null, (CommandStatus)Math.Min(round, (int)CommandStatus.Completed),
        Noon, Noon.AddHours(1), null, null, null, null, null, Late: false, "owner"));
}
