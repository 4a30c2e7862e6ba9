using System.Text.Json;
using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Tests.Fleet;

public sealed class WeakSecretTests
{
    private static readonly Device Imported = Some.Device("a", "offline") with { WeakSecret = true };

    [Fact]
    public void It_is_read_and_nothing_said_is_no_weak_one()
    {
        const string Rest = "\"deviceId\":\"a\",\"status\":\"offline\",\"statusSince\":\"2026-01-05T12:00:00.000Z\",\"connected\":false,\"seq\":0";

        Assert.True(JsonSerializer.Deserialize("{" + Rest + ",\"weakSecret\":true}", PortalJson.Default.Device)!.HasWeakSecret);
        Assert.False(JsonSerializer.Deserialize("{" + Rest + "}", PortalJson.Default.Device)!.HasWeakSecret);
    }

    [Fact]
    public void A_message_without_profile_leaves_it_unless_it_says_otherwise()
    {
        var state = Some.Fleet(Imported);

        state.Apply([Some.Device("a", seq: 2).Bare()]);
        Assert.True(state.Find("a")!.Now.HasWeakSecret);

        state.Apply([Some.Device("a", seq: 3).Bare() with { WeakSecret = false }]);
        Assert.False(state.Find("a")!.Now.HasWeakSecret);

        state.Apply([Some.Device("a", seq: 4).Bare() with { WeakSecret = true }]);
        Assert.True(state.Find("a")!.Now.HasWeakSecret);
    }

    [Fact]
    public void A_whole_device_that_says_nothing_of_it_has_a_good_one()
    {
        var state = Some.Fleet(Imported);

        state.Apply(Some.Device("a", "offline"));

        Assert.False(state.Find("a")!.Now.HasWeakSecret);
    }

    [Fact]
    public void Its_row_is_drawn_anew_when_the_mark_goes()
    {
        var state = Some.Fleet(Imported);
        var entry = state.Find("a")!;
        var drawn = entry.Version;

        state.Apply(Some.Device("a", "offline"));

        Assert.NotEqual(drawn, entry.Version);
    }
}
