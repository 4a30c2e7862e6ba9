using System.Diagnostics;
using System.Text.RegularExpressions;
using Rollcall.Support.Fleets;

namespace Rollcall.Documents;

/// <summary>The device of the README, as it is printed there.</summary>
public sealed partial class ReadmeDeviceTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_is_online_and_stays_so()
    {
        Assert.SkipUnless(Example.Has("python3"), "This needs Python.");
        var place = Install();
        var gateway = await place.StartAsync();
        using var portal = Portal.Of(place, gateway);
        var readme = Path.Combine(Example.Documents, "..", "README.md");
        var text = PythonBlock().Match(await File.ReadAllTextAsync(readme, TestContext.Current.CancellationToken));
        Assert.True(text.Success, "README.md has no device in Python.");
        Assert.InRange(text.Groups[1].Value.Split('\n').Length, 10, 16);

        using var device = Process.Start(new ProcessStartInfo("python3", ["-c", text.Groups[1].Value])
        {
            Environment = { ["API_URL"] = place.Address.ToString().TrimEnd('/') },
        })!;
        try
        {
            await portal.AllAreAsync("online", "test-device-001", 1, Soon);
            await Task.Delay(place.Timeout + TimeSpan.FromSeconds(1), TimeProvider.System);
            Assert.Equal(("online", 1L), await SeenAsync(portal));
        }
        finally
        {
            device.Kill();
        }
    }

    private static async Task<(string Status, long Seq)> SeenAsync(Portal portal) =>
        await portal.DeviceAsync("test-device-001") is var device ? (device.Status, device.Seq) : default;

    [GeneratedRegex(@"^```python\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex PythonBlock();
}
