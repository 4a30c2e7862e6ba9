using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Rollcall.Support.Devices;
using Rollcall.Support.Fleets;
using Rollcall.Support.Http;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>A gateway that may have 600 descriptors, and 1,200 sockets that say nothing and come again when they are closed.</summary>
public sealed class IdleConnectionTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Descriptors = 600;
    private const int Crowd = 1_200;
    private const int Devices = 12;

    /// <summary>More than the eighth of 88 that one address may have of strangers.</summary>
    private const int Fleet = 25;

    /// <summary>The crowd comes as fast as this machine can, which the tests share.</summary>
    private const int Tries = 10;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Siege = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Beats_new_devices_probes_and_a_fleet_behind_one_address_go_on_beside_1200_idle_sockets(int addresses)
    {
        Assert.SkipUnless(IdleCrowd.IsPossible, "127.0.0.2 is nobody's address here.");
        var place = new Installation(demoDevices: 2, TimeSpan.FromSeconds(6)) { Descriptors = Descriptors };
        await using var ends = place;
        var health = Ports.Free();
        place.Settings["HEALTH_PORT"] = health.ToString(CultureInfo.InvariantCulture);
        var secrets = await SecretsAsync(await place.SeedAsync(Fleet + Devices));
        var gateway = await place.StartAsync();
        await gateway.Process.SaysAsync("Connections: at most 88 (CONNECTIONS), with a descriptor limit of 600.", Soon);

        var fleet = new List<Device>();
        foreach (var (id, secret) in secrets.Take(Fleet))
        {
            fleet.Add(new Device(place.Address, "127.0.0.60"));
            await fleet[^1].SignInAsync(id, secret);
        }

        await using (var crowd = new IdleCrowd(Crowd, addresses, place.Port))
        {
            await Eventually.IsSoAsync(() => crowd.Made >= Crowd, Soon, () => $"{crowd.Made} sockets have come\n{gateway.Process.Said}");
            var until = TimeProvider.System.GetTimestamp();
            var again = 0;
            var newcomers = new Queue<(string Id, string Secret)>(secrets.Skip(Fleet));
            while (TimeProvider.System.GetElapsedTime(until) < Siege || newcomers.Count > 0)
            {
                await Task.WhenAll(fleet.Select(device => device.BeatAsync()));
                if (newcomers.TryDequeue(out var newcomer))
                {
                    again += await PersistAsync(async () =>
                    {
                        using var device = new Device(place.Address, "127.0.0.1");
                        await device.SignInAsync(newcomer.Id, newcomer.Secret);
                        await device.BeatAsync();
                    });
                }

                again += await PersistAsync(() => ReadyAsync(place.Port));
                await ReadyAsync(health);
            }

            Assert.Equal(0, await place.Run("healthcheck").ExitCodeAsync(Soon));
            Output.WriteLine($"{crowd.Made} idle connections from {addresses} addresses; newcomers tried {again} times again");
        }

        Assert.All(fleet, device => Assert.Equal(1, device.Connections));
        Assert.True(Signals.Lives(gateway.Process.Id), gateway.Process.Said);
        Assert.Empty(gateway.Faults);
        using var portal = Portal.Of(place, gateway);
        Assert.All(await portal.DevicesAsync("demo-"), device => Assert.Equal((1, "online"), (device.Seq, device.Status)));
        fleet.ForEach(device => device.Dispose());
    }

    /// <summary>A new connection may lose its place to the next forty before its request has come: then it comes again, as a device does.</summary>
    /// <returns>How often it had to.</returns>
    private static async Task<int> PersistAsync(Func<Task> ask)
    {
        for (var again = 0; ; again++)
        {
            try
            {
                await ask();
                return again;
            }
            catch (HttpRequestException) when (again < Tries)
            {
                // Lost its place.
            }
        }
    }

    private static async Task ReadyAsync(int port)
    {
        using var fresh = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await fresh.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).StatusCode);
    }

    private static async Task<(string Id, string Secret)[]> SecretsAsync(string file) =>
        [.. (await File.ReadAllLinesAsync(file)).Select(line => JsonElement.Parse(line))
            .Select(line => (line.GetProperty("deviceId").GetString()!, line.GetProperty("deviceSecret").GetString()!))];

    /// <summary>One device on one connection, from an address of its own choice.</summary>
    private sealed class Device : IDisposable
    {
        private readonly HttpClient _http;
        private TestDevice? _device;

        public Device(Uri gateway, string from) => _http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (context, stop) =>
            {
                Connections++;
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(IPAddress.Loopback, gateway.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = gateway };

        /// <summary>How many it has needed.</summary>
        public int Connections { get; private set; }

        public async Task SignInAsync(string id, string secret)
        {
            var nobody = new Caller(_http, _http.BaseAddress!);
            _device = new TestDevice(nobody, nobody, "demo", id, secret);
            (await _device.SignInAsync()).Is(200);
        }

        public async Task BeatAsync() => (await _device!.BeatAsync()).Is(200);

        public void Dispose() => _http.Dispose();
    }
}
