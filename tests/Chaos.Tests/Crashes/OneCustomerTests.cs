using System.Net;
using System.Net.Sockets;
using System.Text;
using Rollcall.Support.Devices;
using Rollcall.Support.Http;
using Rollcall.Support.Processes;

namespace Rollcall.Crashes;

/// <summary>
/// A gateway that may have 600 descriptors, and one customer that opens connection after connection with a valid token and leaves each with
/// half a request.
/// </summary>
public sealed class OneCustomerTests(ITestOutputHelper output) : CrashTest(output)
{
    private const int Greedy = 400;
    private const int Others = 8;
    private const int Tries = 10;
    private const string Half = "POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\nX-Device-Session: ";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Another_customers_devices_sign_in_and_beat_beside_400_connections_of_one_customer_and_the_gateway_lives()
    {
        var place = new Installation(demoDevices: 0, TimeSpan.FromSeconds(6)) { Descriptors = 600 };
        await using var ends = place;
        place.Settings["PORTAL_JWT_KEY"] = PortalToken.KeySetting;
        var gateway = await place.StartAsync();
        await gateway.Process.SaysAsync("Connections: at most 88 (CONNECTIONS)", Soon);
        var greedy = (await FreshAsync(place, await CreateAsync(place, "greedy", "greedy-1"), device => device.SignInAsync())).Token;
        var others = new List<TestDevice>();
        for (var number = 0; number < Others; number++)
        {
            others.Add(await CreateAsync(place, "modest", $"modest-{number}"));
        }

        var sockets = new List<TcpClient>();
        var taking = Task.Run(() => TakeAsync(place, greedy, sockets));
        var again = 0;
        foreach (var other in others)
        {
            again += await PersistAsync(() => JoinAsync(place, other));
        }

        var answered = await taking;
        again += await PersistAsync(() => JoinAsync(place, others[0]));
        Output.WriteLine($"{sockets.Count} connections, {answered} with an answered beat; the other customer's devices tried {again} times again");
        Assert.True(Signals.Lives(gateway.Process.Id), gateway.Process.Said);
        Assert.Empty(gateway.Faults);
        sockets.ForEach(socket => socket.Dispose());
    }

    /// <returns>How many of its connections had an answer.</returns>
    private static async Task<int> TakeAsync(Installation place, string token, List<TcpClient> sockets)
    {
        var answered = 0;
        var buffer = new byte[4_096];
        for (var number = 0; number < Greedy; number++)
        {
            var socket = new TcpClient();
            sockets.Add(socket);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, place.Port);
                await socket.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"POST /api/v1/device/heartbeat HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nX-Device-Session: {token}\r\n\r\n"));
                answered += await socket.GetStream().ReadAsync(buffer) > 0 ? 1 : 0;
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{Half}{token}\r\n\r\n{{"));
            }
            catch (Exception closed) when (closed is IOException or SocketException)
            {
                // It had no room.
            }
        }

        return answered;
    }

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
                // It lost its place before its request had come.
            }
        }
    }

    private static async Task<TestDevice> CreateAsync(Installation place, string customer, string id)
    {
        using var http = Caller.NewClient();
        var nobody = new Caller(http, place.Address);
        return await TestDevice.CreateAsync(nobody, nobody.As("owner", customer), customer, id);
    }

    private static async Task JoinAsync(Installation place, TestDevice device) =>
        await FreshAsync(place, await FreshAsync(place, device, one => one.SignInAsync()), one => one.BeatAsync());

    /// <summary>A call over a connection of its own, answered 200.</summary>
    /// <returns>The device, with what it was told.</returns>
    private static async Task<TestDevice> FreshAsync(Installation place, TestDevice device, Func<TestDevice, Task<Answer>> call)
    {
        using var http = Caller.NewClient();
        var nobody = new Caller(http, place.Address);
        var fresh = device.At(nobody, nobody);
        (await call(fresh)).Is(200);
        return fresh;
    }
}
