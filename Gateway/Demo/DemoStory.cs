using Rollcall.Administration;
using Rollcall.Devices;

namespace Rollcall.Demo;

/// <summary>
/// What the demo fleet shows: a small cold store whose devices have names and places. One is degraded, one is in maintenance for another hour,
/// one beats once an hour, and one had a bad night, which is made up and says so. A fleet of another size is without a story.
/// </summary>
internal static class DemoStory
{
    /// <summary>Devices of the story. A fleet needs as many; what it has beyond them is plain.</summary>
    public const int Devices = 8;

    private const int Hourly = 5;
    private const int Degraded = 6;
    private const int Flapped = 7;
    private const int Maintained = 8;

    /// <summary>Milliseconds between two beats of a device of the story: the page shall move.</summary>
    private const int Interval = 5_000;

    /// <summary>Milliseconds: a beat an hour, and silence of two and a bit before it is down.</summary>
    private static readonly (int Interval, int Timeout) HourlyTimes = (3_600_000, 7_800_000);

    private static readonly (string Name, string Location)[] Roll =
    [
        ("Cold room 1", "Hall A"),
        ("Cold room 2", "Hall A"),
        ("Packing line", "Hall B"),
        ("Dock door 4", "Loading dock"),
        ("Rain gauge", "Roof"),
        ("Compressor", "Hall B"),
        ("Gate reader (demo history)", "Gate"),
        ("Forklift charger", "Loading dock"),
    ];

    /// <summary>Outages of the bad night: when each began, in minutes before now, and its seconds.</summary>
    private static readonly (int Minutes, int Seconds)[] BadNight =
        [(355, 62), (341, 48), (322, 205), (296, 33), (271, 118), (268, 41), (240, 540), (197, 75), (151, 29)];

    /// <summary>What the agent reports of a device, beside its id and its secret.</summary>
    public static Credential Reporting(Credential device, int fleet) => Number(device, fleet) is { } number
        ? device with { Interval = number == Hourly ? null : Interval, Status = number == Degraded ? "degraded" : null }
        : device with { Interval = null, Status = null };

    /// <summary>The fleet as it is added to the roll.</summary>
    public static IReadOnlyList<SeededDevice> Of(IReadOnlyList<Credential> fleet, DateTimeOffset now) =>
        [.. fleet.Select(device => Number(device, fleet.Count) is { } number
            ? Told(device, number, now) : new SeededDevice(device.DeviceId, device.DeviceSecret, null, null, DeviceMode.Active, []))];

    private static SeededDevice Told(Credential device, int number, DateTimeOffset now)
    {
        var (name, location) = Roll[number - 1];
        return new SeededDevice(
            device.DeviceId, device.DeviceSecret, name, location, number == Maintained ? DeviceMode.Maintenance : DeviceMode.Active,
            number switch { Flapped => [.. Numbered(Flaps(now))], Maintained => [.. Numbered(Service(now))], _ => [] }, now)
        {
            ModeNote = number == Maintained ? "New cable" : null,
            ModeUntil = number == Maintained ? now.AddHours(1) : null,
            Times = number == Hourly ? HourlyTimes : null,
        };
    }

    private static IEnumerable<(DeviceStatus To, PresenceReason Reason, DateTimeOffset At)> Flaps(DateTimeOffset now)
    {
        yield return (DeviceStatus.Online, PresenceReason.Connected, now.AddHours(-26));
        foreach (var (minutes, seconds) in BadNight)
        {
            var lost = now.AddMinutes(-minutes);
            yield return (DeviceStatus.Offline, PresenceReason.LinkLost, lost);
            yield return (DeviceStatus.Online, PresenceReason.Connected, lost.AddSeconds(seconds));
        }
    }

    private static IEnumerable<(DeviceStatus To, PresenceReason Reason, DateTimeOffset At)> Service(DateTimeOffset now)
    {
        yield return (DeviceStatus.Online, PresenceReason.Connected, now.AddHours(-26));
        yield return (DeviceStatus.Offline, PresenceReason.Maintenance, now.AddMinutes(-25));
    }

    private static IEnumerable<Transition> Numbered(IEnumerable<(DeviceStatus To, PresenceReason Reason, DateTimeOffset At)> changes) =>
        changes.Select((change, index) => new Transition(
            index + 1, change.To == DeviceStatus.Online ? DeviceStatus.Offline : DeviceStatus.Online, change.To, change.Reason, change.At));

    /// <summary>The device's number in the story; null: it has no part in it.</summary>
    private static int? Number(Credential device, int fleet) =>
        fleet >= Devices && int.TryParse(device.DeviceId.AsSpan(DemoFleet.Prefix.Length), out var number) && number is >= 1 and <= Devices
            ? number : null;
}
