using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Starting;

public sealed class RefusalTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static readonly (string Setting, string Value)[] BadSettings =
    [
        ("PORT", "70000"), ("LISTEN_ADDRESS", "everywhere"), ("DATA_DIR", "/proc/version/rollcall"), ("DATABASE_URL", "postgres://db/rollcall"),
        ("REDIS_URL", "http://cache"), ("DEVICE_HEARTBEAT_INTERVAL", "999"), ("DEVICE_HEARTBEAT_TIMEOUT", "1999"), ("DEVICE_SESSION_TTL", "0"),
        ("DEVICE_LINK_GRACE", "-1"), ("SESSION_SIGNING_KEYS", "short:AAAA"), ("PORTAL_JWT_KEY", "nokid"), ("PORTAL_JWT_AUTHORITY", "http://insecure"),
        ("CORS_ORIGINS", "https://portal.example.com/path"), ("AUTH_RATE", "0"), ("AUTH_BURST", "many"), ("Demo__Devices", "-5"),
        ("Logging__LogLevel__Default", "Loud"), ("CONNECTIONS", "0"), ("CONNECTION_PATIENCE", "1"), ("HEALTH_PORT", "0"),
        ("BCRYPT_COST", "3"), ("JOURNAL_MAX_RECORDS", "0"), ("JOURNAL_PATIENCE", "soon"), ("PRESENCE_RETENTION_DAYS", "0"),
        ("PRESENCE_EVENTS_MOST", "0"), ("GOODBYE_BURST", "0"), ("COMMAND_RETENTION_DAYS", "0"), ("COMMANDS_MOST", "0"), ("COMMAND_BYTES", "16383"),
        ("COMMAND_CUSTOMER_BYTES", "1"), ("COMMAND_CACHE_BYTES", "-1"),
    ];

    [Fact]
    public async Task A_bad_setting_is_refused_in_one_sentence_that_names_it()
    {
        var starts = BadSettings.Select(bad => (bad.Setting, bad.Value, Place: Install())).ToArray();
        await Parallel.ForEachAsync(starts, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (bad, _) =>
            await Refused(bad.Place.RunWith(new Dictionary<string, string> { [bad.Setting] = bad.Value }), bad.Setting));
    }

    [Fact]
    public async Task Two_gateways_live_side_by_side_and_a_second_one_on_the_same_folder_or_port_is_refused_without_harm()
    {
        var (one, other) = (Install(demoDevices: 2), Install(demoDevices: 2));
        var gateways = await Task.WhenAll(one.StartAsync(), other.StartAsync());
        using var portal = Portal.Of(one, gateways[0]);
        using var otherPortal = Portal.Of(other, gateways[1]);
        await portal.AllAreAsync("online", "demo-", 2, Soon);
        await otherPortal.AllAreAsync("online", "demo-", 2, Soon);

        await Refused(one.RunWith(new Dictionary<string, string> { ["PORT"] = Ports.Free().ToString(CultureInfo.InvariantCulture) }), "DATA_DIR");
        await Refused(one.Run(), "DATA_DIR");
        await Refused(one.Run("seed", "--devices", "5"), "DATA_DIR");
        await Refused(Install().RunWith(new Dictionary<string, string> { ["PORT"] = one.Settings["PORT"] }), "PORT");

        Assert.All(await portal.DevicesAsync("demo-"), device => Assert.Equal((1, "online"), (device.Seq, device.Status)));
        Assert.All(await otherPortal.DevicesAsync("demo-"), device => Assert.Equal((1, "online"), (device.Seq, device.Status)));
        Assert.Empty(gateways.SelectMany(gateway => gateway.Faults));
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_refused_in_one_sentence()
    {
        var place = Install(demoDevices: 2);
        using var squatter = new TcpListener(IPAddress.Loopback, place.Port);
        squatter.Start();
        await Refused(place.Run(), "PORT");
        Assert.Empty(Signals.WithArgument(place.Folder));
    }

    private async Task Refused(Child start, string setting)
    {
        var watch = Stopwatch.StartNew();
        var code = await start.ExitCodeAsync(Soon);
        Output.WriteLine($"{watch.Elapsed.TotalSeconds:0.00} s: {start.Said}");
        Assert.True(code == 2, $"{setting}: exit code {code}\n{start.Said}");
        Assert.StartsWith(setting + " ", Assert.Single(start.Errors), StringComparison.Ordinal);
        Assert.Empty(start.Output);
    }
}
