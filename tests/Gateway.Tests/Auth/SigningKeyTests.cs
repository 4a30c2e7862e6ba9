using Microsoft.Extensions.Configuration;
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
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void A_portal_key_beside_an_authority_is_warned_of(bool authority, bool key, bool unused)
    {
        var settings = new Dictionary<string, string?>
        {
            ["PORTAL_JWT_AUTHORITY"] = authority ? "https://id.example.com" : null,
            ["PORTAL_JWT_KEY"] = key ? "k1:AAAA" : null,
        };
        Assert.Equal(unused, UnusedKey.IsUnused(new PortalTokenSettings(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())));
    }

    [Fact]
    public void What_of_the_data_is_open_to_others_is_found()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["keys"]);
        foreach (var (file, mode) in new[] { ("keys/session.keys", 384), ("keys/portal.keys", 416), ("rollcall.db", 420), ("demo-devices.jsonl", 386),
            ("rollcall.lock", 420) })
        {
            File.WriteAllText(folder[file], "");
            File.SetUnixFileMode(folder[file], (UnixFileMode)mode);
        }

        Assert.Equal(
            [("demo-devices.jsonl", "602"), ("keys/portal.keys", "640"), ("rollcall.db", "644")],
            Exposure.Open(folder.Path).Select(open => (Path.GetRelativePath(folder.Path, open.Path), open.Mode)).Order());
        File.SetUnixFileMode(folder.Path, (UnixFileMode)488);
        Assert.Contains((folder.Path, "750"), Exposure.Open(folder.Path));
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

        Assert.Contains("session.keys", Assert.Throws<SettingException>(() => KeyRing.FromFile(folder["session.keys"])).Message,
            StringComparison.Ordinal);
    }
}
