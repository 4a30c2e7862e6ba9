using Rollcall.Support.Fleets;

namespace Rollcall.Support.Rolls;

/// <summary>What the store must hold whenever, and however, a process of ours ended.</summary>
public static class Promises
{
    public static void AreKept(IRoll roll, TestFleet fleet)
    {
        var devices = roll.Devices();
        var events = roll.Events().ToLookup(one => one.DeviceId);
        var faults = new List<string>();
        foreach (var device in fleet.Devices)
        {
            var stored = devices.Single(one => one.Id == device.Id);
            faults.AddRange(OfBeats(device, stored).Concat(OfEvents(stored, [.. events[device.Id]])));
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(20)));
        Assert.True(CountsAreRight(roll),
            $"{roll.Counts()} is what {roll.Devices().Count(device => device.Status == "online")} online devices are counted as");
    }

    /// <summary>Two reads: another fleet's device may turn between them.</summary>
    private static bool CountsAreRight(IRoll roll) => Enumerable.Range(0, 5).Any(_ =>
    {
        var devices = roll.Devices();
        return (devices.Count, devices.Count(device => device.Status == "online")) == roll.Counts();
    });

    private static IEnumerable<string> OfBeats(FleetDevice device, StoredDevice stored)
    {
        if (string.CompareOrdinal(stored.LastSeen, device.StoredAt) < 0)
        {
            yield return $"{device.Id}: 200 at {device.StoredAt}, the store says last seen at {stored.LastSeen}";
        }

        if ((stored.Counter ?? 0) < device.Stored)
        {
            yield return $"{device.Id}: 200 for beat {device.Stored}, the store has beat {stored.Counter}";
        }

        if (stored.Counter > device.Sent)
        {
            yield return $"{device.Id}: the store has beat {stored.Counter}, only {device.Sent} were sent";
        }
    }

    private static IEnumerable<string> OfEvents(StoredDevice stored, StoredEvent[] events)
    {
        var status = "offline";
        for (var i = 0; i < events.Length; i++)
        {
            var one = events[i];
            if (one.Seq != i + 1 || one.From != status || one.To == status)
            {
                yield return $"{stored.Id}: event {i + 1} is {one}, after {status}";
            }

            status = one.To;
        }

        if (stored.Seq != events.Length || stored.Status != status)
        {
            yield return $"{stored.Id}: {stored} after {events.Length} events, the last to {status}";
        }
    }
}
