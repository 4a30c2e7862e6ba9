using Rollcall.Running;
using Rollcall.Support.Fleets;
using Rollcall.Support.Http;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

/// <summary>
/// The same of the one process with its file: FORMER_GATEWAY_PROGRAM makes a data folder, the next version takes it over, and gives it back.
/// Without that it is two restarts.
/// </summary>
public sealed class EmbeddedUpgradeTests(ITestOutputHelper output)
{
    private const int Devices = 100;
    private const int Sockets = 20;
    private const string Prefix = "upgraded";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_data_folder_is_taken_over_by_the_next_version_and_given_back()
    {
        await using var place = new Installation(demoDevices: 0, TimeSpan.FromSeconds(10)) { IsFormer = true };
        place.Settings["PORTAL_JWT_KEY"] = PortalToken.KeySetting;
        place.Settings["BOOTSTRAP_CUSTOMER"] = Cluster.Customer;
        place.Settings["BOOTSTRAP_ENROLMENT_KEY"] = Cluster.EnrolmentKey;
        await using var fleet = TestFleet.Of(place.Address, await place.SeedAsync(Devices), new Random(1));
        var roll = place.Roll;
        var gateway = await place.StartAsync();
        var formerStep = roll.Step();
        await fleet.SignInAsync();
        fleet.Go();
        place.RunAgent(
            new Dictionary<string, string> { ["ENROLMENT_KEY"] = Cluster.EnrolmentKey, ["BACKOFF_MAX"] = "1000" },
            "fleet", "--ws", "--count", $"{Sockets}", "--prefix", Prefix);
        using var portal = new Portal(place.Address, PortalToken.Of("owner", Cluster.Customer));
        await portal.AllAreAsync("online", Prefix, Sockets, Soon);
        var devices = roll.Devices().Select(device => device.Id).ToArray();
        await using var watch = await WatchingPortal.OpenAsync([place.Address], devices);
        await using var reads = new ReadingPortal([place.Address], Prefix, fleet.Devices[0].Id);
        await using var commands = new CommandStream([place.Address], roll, Prefix, Sockets);

        await StopAsync(gateway);
        place.IsFormer = false;
        gateway = await place.StartAsync();
        await RecoveryAsync(fleet, "the next version");

        await StopAsync(gateway);
        Assert.Empty(gateway.Faults);
        if (roll.Step() != formerStep)
        {
            await BackAsync(place, formerStep);
        }

        place.IsFormer = true;
        await place.StartAsync();
        await RecoveryAsync(fleet, "the former version");

        output.WriteLine($"commands: {await commands.EndAsync()}");
        output.WriteLine($"reads: {await reads.EndAsync()}");
        await fleet.PauseAsync();
        Promises.AreKept(roll, fleet);
        fleet.HeardNoRefusal();
        Assert.DoesNotContain(roll.Events(), one => one.To == "offline" && one.Reason != "goodbye");
        output.WriteLine($"watch: {await watch.IsCompleteAsync(roll, Soon)}");
    }

    /// <summary>The former program never works on tables that it does not know; they are taken back first.</summary>
    private static async Task BackAsync(Installation place, long step)
    {
        place.IsFormer = true;
        var refused = place.Run();
        Assert.Equal(2, await refused.ExitCodeAsync(Soon));
        Assert.Contains("The store is at step ", Assert.Single(refused.Errors), StringComparison.Ordinal);
        var back = place.RunTool(Cluster.SiloProgram, [], "migrate", "down", "--to", $"{step}");
        Assert.True(await back.ExitCodeAsync(Soon) == 0, back.Said);
    }

    private async Task StopAsync(GatewayProcess gateway)
    {
        // Any moment in the flow of beats and commands.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        Signals.Terminate(gateway.Process.Id);
        Assert.True(await gateway.Process.ExitCodeAsync(Soon) == 0, gateway.Process.Said);
        output.WriteLine("a gateway stopped");
    }

    private async Task RecoveryAsync(TestFleet fleet, string name)
    {
        var before = fleet.Devices.Select(device => (Device: device, device.Sent)).ToArray();
        await Eventually.IsSoAsync(
            () => before.All(one => one.Device.Stored > one.Sent), Soon, () => $"{name} stores beats of every device: {fleet}");
        output.WriteLine($"{name} stores beats of every device; answers so far: {fleet}");
    }
}
