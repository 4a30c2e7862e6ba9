using Rollcall.Running;

namespace Rollcall.Auth;

public sealed class SigningKeyTests
{
    [Fact]
    public async Task Without_settings_keys_are_made_for_their_owner_alone_and_sessions_survive_a_restart()
    {
        using var folder = new TemporaryFolder();
        TestDevice device;
        await using (var former = await TestGateway.StartAsync(folder))
        {
            device = await TestDevice.SignedInAsync(former);
        }

        foreach (var name in new[] { "keys/session.keys", "keys/portal.keys" })
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(folder[name]) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), name);
        }

        await using (var later = await TestGateway.StartAsync(folder))
        {
            (await device.At(later).BeatAsync()).Is(200);
        }

        await using var other = await TestGateway.StartAsync(folder, ("SESSION_SIGNING_KEYS", $"k1:{Convert.ToBase64String(SharedGateway.NewKey)}"));
        (await device.At(other).BeatAsync()).Refused(401, "INVALID_SESSION");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("k1:")]
    [InlineData("k1:c2hvcnQ=")]
    [InlineData(":AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=")]
    [InlineData("k1:not base64 not base64 not base64 not base64 not base64")]
    [InlineData("k1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=,k1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyE=")]
    public void A_damaged_key_file_is_named(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["session.keys"], text);

        Assert.Contains("session.keys", Assert.Throws<SettingException>(() => KeyRing.FromFile(folder["session.keys"])).Message, StringComparison.Ordinal);
    }
}
