using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Fleet;

public sealed class FleetStateTests
{
    [Fact]
    public void Message_before_the_snapshot_is_merged_into_it()
    {
        var state = new FleetState();
        state.Expect();
        state.Apply([Some.Device("a", "offline", seq: 2).Bare()]);
        Assert.Null(state.Find("a"));

        state.Take(Some.Snapshot(Some.Device("a", "online", seq: 1, name: "Pump")));

        Assert.Equal(("offline", 2L, "Pump"), (state.Find("a")!.Now.Status, state.Find("a")!.Now.Seq, state.Find("a")!.Now.Name));
    }

    [Theory]
    [InlineData(1, 90)]
    [InlineData(2, 9)]
    public void Older_message_changes_nothing(long seq, int seen)
    {
        var state = Some.Fleet(Some.Device("a", "offline", seq: 2, seen: 10));

        state.Apply([Some.Device("a", "online", seq, seen).Bare()]);

        Assert.Equal("offline", state.Find("a")!.Now.Status);
    }

    [Fact]
    public void Message_of_the_same_moment_is_taken_since_a_link_may_have_closed()
    {
        var state = Some.Fleet(Some.Device("a") with { Connected = true });

        state.Apply([Some.Device("a").Bare()]);

        Assert.False(state.Find("a")!.Now.Connected);
    }

    [Fact]
    public void Element_without_profile_keeps_the_profile()
    {
        var state = Some.Fleet(Some.Device("a", name: "Pump"));

        state.Apply([Some.Device("a", "offline", seq: 2).Bare()]);

        Assert.Equal("Pump", state.Find("a")!.Now.Name);
    }

    [Fact]
    public void Whole_device_enters_and_one_without_profile_does_not()
    {
        var state = Some.Fleet();

        state.Apply([Some.Device("a"), Some.Device("b").Bare()]);

        Assert.Equal(["a"], state.Entries.Select(entry => entry.Now.DeviceId));
    }

    [Fact]
    public void Device_added_again_after_its_removal_begins_anew()
    {
        var state = Some.Fleet(Some.Device("a", seq: 7));

        state.Remove("a");
        state.Apply(Some.Device("a", "offline", seq: 0));

        Assert.Equal(0, state.Find("a")!.Now.Seq);
    }

    [Fact]
    public void Late_profile_is_taken_though_its_presence_is_older()
    {
        var state = Some.Fleet(Some.Device("a", "offline", seq: 5));

        state.Apply(Some.Device("a", "online", seq: 4, name: "Pump"));

        Assert.Equal(("Pump", "offline"), (state.Find("a")!.Now.Name, state.Find("a")!.Now.Status));
    }

    [Fact]
    public void Next_snapshot_replaces_the_fleet_and_keeps_the_curves()
    {
        var state = Some.Fleet(Some.Device("a", cpu: 10), Some.Device("b"));
        state.Apply([Some.Device("a", seen: 5, cpu: 20).Bare()]);

        state.Expect();
        state.Take(Some.Snapshot(Some.Device("a", seen: 9, cpu: 30)));

        Assert.Null(state.Find("b"));
        Assert.Equal(3, state.Find("a")!.Cpu.Count);
    }

    [Fact]
    public void Transition_is_urgent_and_told_while_metrics_are_neither()
    {
        var state = Some.Fleet(Some.Device("a"));
        var urgencies = new List<Urgency>();
        var turned = new List<string>();
        state.Changed += urgencies.Add;
        state.Turned += device => turned.Add(device.Status);

        state.Apply([Some.Device("a", seen: 5, cpu: 20).Bare()]);
        state.Apply([Some.Device("a", "offline", seq: 2).Bare()]);

        Assert.Equal([Urgency.Calm, Urgency.AtOnce], urgencies);
        Assert.Equal(["offline"], turned);
    }

    [Fact]
    public void Counts_follow_the_rows_at_once_and_the_server_when_not_all_are_here()
    {
        var state = Some.Fleet(Some.Device("a"), Some.Device("b", health: "degraded"));
        state.Apply([Some.Device("a", "offline", seq: 2).Bare()]);
        Assert.Equal(new FleetCounts(2, 1, 1, 1, 0), state.Count());

        state.Take(Some.Snapshot(Some.Device("a")) with { Truncated = true });
        state.Apply(new Counts(9_000, 8_000, 1_000));
        Assert.Equal(new FleetCounts(9_000, 8_000, 1_000, null, null), state.Count());
    }

    [Fact]
    public void Who_never_joined_is_counted_apart_and_found_apart()
    {
        var never = Some.Device("new", "offline", seq: 0) with { LastSeen = null, Reason = null };
        var state = Some.Fleet(Some.Device("a"), Some.Device("b", "offline"), never);

        Assert.Equal(new FleetCounts(3, 1, 1, 0, 1), state.Count());
        var rows = new FleetRows(state);
        Assert.Equal(["b"], rows.Of(FleetFilter.From("", "offline")).Select(row => row.Now.DeviceId));
        Assert.Equal(["new"], rows.Of(FleetFilter.From("", "never")).Select(row => row.Now.DeviceId));
        Assert.Equal(["offline"], FleetFilter.From("", "never").ToRequest(10).Statuses!);

        state.Apply([Some.Device("new").Bare()]);
        Assert.Equal(new FleetCounts(3, 2, 1, 0, 0), state.Count());
    }

    [Fact]
    public void Whatever_order_the_messages_come_in_the_newest_remains()
    {
        const int Seed = 20260105;
        var random = new Random(Seed);
        var history = Enumerable.Range(1, 40).Select(seq => Some.Device("a", seq % 2 == 0 ? "offline" : "online", seq, seen: seq).Bare()).ToArray();
        for (var round = 0; round < 50; round++)
        {
            var state = Some.Fleet(Some.Device("a", "offline", seq: 0));
            foreach (var message in history.OrderBy(_ => random.Next()))
            {
                state.Apply([message]);
            }

            Assert.Equal(40, state.Find("a")!.Now.Seq);
        }
    }
}
