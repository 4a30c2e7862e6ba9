using Rollcall.Devices.Presence.Model;

namespace Rollcall.Devices.Turn;

public sealed class RetryTests
{
    [Fact]
    public void A_deadline_whose_decision_cannot_be_stored_is_tried_again_and_does_not_spin()
    {
        using var twin = new Simulation();
        twin.Do(new Step("authenticate"));
        twin.Do(new Step("healthy"));

        // In doubt, and the row cannot be read although the journal takes records again.
        twin.Do(new Step("store fails", 2));
        Assert.Equal("kept", twin.Do(new Step("degraded")));
        twin.Store.Recover();
        twin.Store.Failure = 0;
        twin.Do(new Step("wait", 120_000));
        Assert.Equal(["1 offline>online heartbeat @0"], twin.Log());

        // Readable once more: the next try settles it without anybody calling.
        twin.Store.Failure = null;
        twin.Do(new Step("wait", 1_000));
        Assert.Equal(["1 offline>online heartbeat @0", "2 online>offline heartbeat_timeout @121000"], twin.Log());
    }
}
