namespace Rollcall.Devices;

/// <summary>What is said of a device in one word: the table of docs/portal.md, and every combination.</summary>
public sealed class DeviceStateTableTests
{
    private static readonly PresenceReason?[] Reasons = [null, .. Enum.GetValues<PresenceReason>().Cast<PresenceReason?>()];
    private static readonly DeviceHealth?[] Healths = [null, DeviceHealth.Healthy, DeviceHealth.Degraded];

    /// <summary>First come first served, as in the table.</summary>
    private static readonly (DeviceState State, Func<DeviceMode, long, DeviceStatus, DeviceHealth?, PresenceReason?, bool> When)[] Table =
    [
        (DeviceState.Maintenance, (mode, _, _, _, _) => mode == DeviceMode.Maintenance),
        (DeviceState.Disabled, (mode, _, _, _, _) => mode == DeviceMode.Disabled),
        (DeviceState.NeverSeen, (_, seq, _, _, _) => seq == 0),
        (DeviceState.Degraded, (_, _, status, health, _) => status == DeviceStatus.Online && health == DeviceHealth.Degraded),
        (DeviceState.Online, (_, _, status, _, _) => status == DeviceStatus.Online),
        (DeviceState.SignedOff, (_, _, _, _, reason) => reason is PresenceReason.Goodbye or PresenceReason.Revoked),
        (DeviceState.SignedOff, (_, _, _, _, reason) => reason is PresenceReason.Disabled or PresenceReason.Maintenance),
        (DeviceState.Down, (_, _, _, _, _) => true),
    ];

    [Fact]
    public void Every_combination_has_the_state_of_the_table()
    {
        var all = from mode in Enum.GetValues<DeviceMode>()
                  from seq in new[] { 0L, 1L, long.MaxValue }
                  from status in Enum.GetValues<DeviceStatus>()
                  from health in Healths
                  from reason in Reasons
                  select (mode, seq, status, health, reason);
        Assert.All(all, one => Assert.Equal(
            Table.First(row => row.When(one.mode, one.seq, one.status, one.health, one.reason)).State,
            DeviceStates.Of(one.mode, one.seq, one.status, one.health, one.reason)));
        Assert.Equal(3 * 3 * 2 * 3 * 9, all.Count());
    }

    [Theory]
    [InlineData(PresenceReason.HeartbeatTimeout, DeviceState.Down)]
    [InlineData(PresenceReason.LinkLost, DeviceState.Down)]
    [InlineData(PresenceReason.Goodbye, DeviceState.SignedOff)]
    [InlineData(PresenceReason.Revoked, DeviceState.SignedOff)]
    [InlineData(PresenceReason.Maintenance, DeviceState.SignedOff)]
    [InlineData(PresenceReason.Disabled, DeviceState.SignedOff)]
    public void Of_an_active_device_that_is_offline_the_reason_tells(PresenceReason reason, DeviceState state) =>
        Assert.Equal(state, DeviceStates.Of(DeviceMode.Active, 1, DeviceStatus.Offline, DeviceHealth.Degraded, reason));

    [Fact]
    public void The_names_are_those_of_the_wire() => Assert.Equal(
        ["online", "degraded", "down", "signed_off", "never_seen", "maintenance", "disabled"],
        Enum.GetValues<DeviceState>().Select(WireNames.Of));
}
