using System.Diagnostics;
using System.Net.Sockets;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;
using Rollcall.Support.Rolls;

namespace Rollcall.Crashes;

public sealed class StopTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Devices = 300;

    [Fact]
    public async Task A_gateway_told_to_stop_under_load_ends_in_seconds_keeps_its_promises_and_complains_of_nothing()
    {
        var random = Seeded();
        var place = Install(demoDevices: 5);
        await using var fleet = TestFleet.Of(place.Address, await place.SeedAsync(Devices), random);
        var gateway = await place.StartAsync();
        await fleet.SignInAsync();
        fleet.Go();
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 1_500)), TimeProvider.System);

        var stopping = Stopwatch.StartNew();
        Signals.Terminate(gateway.Process.Id);
        Assert.Equal(0, await gateway.Process.ExitCodeAsync(TimeSpan.FromSeconds(30)));
        Output.WriteLine($"Stopped after {stopping.Elapsed.TotalSeconds:0.00} s; answers: {fleet}");
        await fleet.PauseAsync();

        Promises.AreKept(place.Roll, fleet);
        fleet.HeardNoRefusal();
        Assert.Empty(gateway.Faults);
        Assert.Empty(gateway.Process.Errors);
    }

    [Fact]
    public async Task A_stranger_with_half_a_request_holds_no_stop_up()
    {
        var place = Install(demoDevices: 1);
        var gateway = await place.StartAsync();
        using var stranger = new TcpClient("127.0.0.1", place.Port);
        await stranger.GetStream().WriteAsync(
            "POST /api/v1/device/auth HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray());
        using var http = new HttpClient();
        Assert.True((await http.GetAsync(new Uri(place.Address, "healthz"))).IsSuccessStatusCode);

        Signals.Terminate(gateway.Process.Id);
        Assert.Equal(0, await gateway.Process.ExitCodeAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(gateway.Faults);
    }
}
