using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Starting;

/// <summary>docs/one-box.md: the back-up beside the running gateway, and its restore.</summary>
public sealed class RestoreTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Devices = 5;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_copy_made_beside_the_running_gateway_takes_the_place_of_a_lost_database()
    {
        var place = Install(Devices);
        var gateway = await place.StartAsync();
        using var portal = Portal.Of(place, gateway);
        await portal.AllAreAsync("online", "demo-", Devices, Soon);

        var copy = Path.Combine(place.Folder, "copy.db");
        var backup = place.Run("backup", copy);
        Assert.True(await backup.ExitCodeAsync(Soon) == 0, backup.Said);
        Assert.Contains("has the roll", backup.Said, StringComparison.Ordinal);
        Assert.Equal(0, await place.RunAgent([], "probe").ExitCodeAsync(Soon)); // Comes after the copy: it is lost.
        Assert.Single(await portal.DevicesAsync("test-"));

        await gateway.Process.KillAsync();
        foreach (var file in Directory.GetFiles(place.Folder, "rollcall.db*"))
        {
            File.Delete(file);
        }

        File.Move(copy, Path.Combine(place.Folder, "rollcall.db"));
        gateway = await place.StartAsync();
        await portal.AllAreAsync("online", "demo-", Devices, Soon); // With the link of before: the keys have stayed.
        Assert.All(await portal.DevicesAsync("demo-"), device => Assert.Equal(1, device.Seq));
        Assert.Empty(await portal.DevicesAsync("test-"));
        Assert.Empty(gateway.Faults);
    }

    [Fact]
    public async Task A_copy_is_never_written_over()
    {
        var place = Install();
        await place.StartAsync();
        var copy = Path.Combine(place.Folder, "copy.db");
        await File.WriteAllTextAsync(copy, "an older one", TestContext.Current.CancellationToken);
        var backup = place.Run("backup", copy);
        Assert.Equal(2, await backup.ExitCodeAsync(Soon));
        Assert.Equal("an older one", await File.ReadAllTextAsync(copy, TestContext.Current.CancellationToken));
    }
}
