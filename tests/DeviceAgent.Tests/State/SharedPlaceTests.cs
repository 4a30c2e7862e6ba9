using Rollcall.DeviceAgent.Settings;
using Rollcall.DeviceAgent.State;
using Rollcall.DeviceAgent.Tests.Settings;

namespace Rollcall.DeviceAgent.Tests.State;

public sealed class SharedPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Each_agent_takes_a_place_of_its_own_and_the_next_one_that_which_was_left()
    {
        using var one = SharedPlace.Take(_folder.Path, "pump");
        var two = SharedPlace.Take(_folder.Path, "pump");
        using var three = SharedPlace.Take(_folder.Path, "pump");
        Assert.Equal(["pump-01", "pump-02", "pump-03"], [one.DeviceId, two.DeviceId, three.DeviceId]);
        two.Dispose();
        using var again = SharedPlace.Take(_folder.Path, "pump");
        Assert.Equal(("pump-02", two.Folder), (again.DeviceId, again.Folder));
    }

    [Fact]
    public async Task Fifty_at_once_have_fifty_places_and_one_prefix()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SharedPlace.Take(_folder.Path, null))));
        Assert.Equal(50, taken.Select(place => place.DeviceId).Distinct().Count());
        Assert.Single(taken.Select(place => place.DeviceId[..^3]).Distinct());
        Assert.Matches("^agent-[a-z2-9]{6}-[0-9]{2}$", taken[0].DeviceId);
        Array.ForEach(taken, place => place.Dispose());
        using var later = SharedPlace.Take(_folder.Path, null);
        Assert.Contains(later.DeviceId, taken.Select(place => place.DeviceId));
    }

    [Fact]
    public void A_folder_that_cannot_be_is_named()
    {
        var file = _folder["file"];
        File.WriteAllText(file, "");
        Assert.StartsWith("STATE_DIR", Assert.Throws<SettingsException>(() => SharedPlace.Take(Path.Combine(file, "x"), "pump")).Message,
            StringComparison.Ordinal);
        Assert.Throws<SettingsException>(() => SharedPlace.Take(null, "pump"));
    }

    [Theory]
    [InlineData("DEVICE_SECRET")]
    [InlineData("ACTIVATION_CODE")]
    public void What_is_one_devices_cannot_be_shared(string setting)
    {
        var refused = Assert.Throws<SettingsException>(() => AgentSettingsTests.Read(("STATE_SHARED", "true"), (setting, "some-secret")));
        Assert.StartsWith("STATE_SHARED", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
