using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Rollcall.Processes;
using Rollcall.Running;

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
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Another_customers_devices_sign_in_and_beat_beside_400_connections_of_one_customer_and_the_gateway_lives()
    {
        var place = new Installation(demoDevices: 0, TimeSpan.FromSeconds(6)) { Descriptors = 600 };
        await using var ends = place;
        place.Settings["PORTAL_JWT_KEY"] = PortalToken.KeySetting;
        var gateway = await place.StartAsync();
        await gateway.Process.SaysAsync("Connections: at most 88 (CONNECTIONS)", Soon);
        var greedy = await SignInAsync(place, await CreateAsync(place, "greedy", "greedy-1"));
        var others = new List<(string Id, string Secret)>();
        for (var number = 0; number < Others; number++)
        {
            others.Add(await CreateAsync(place, "modest", $"modest-{number}"));
        }

        var sockets = new List<TcpClient>();
        var taking = Task.Run(() => TakeAsync(place, greedy, sockets));
        var again = 0;
        foreach (var other in others)
        {
            again += await PersistAsync(async () => Assert.Equal(200, await BeatAsync(place, await SignInAsync(place, other))));
        }

        var answered = await taking;
        again += await PersistAsync(async () => Assert.Equal(200, await BeatAsync(place, await SignInAsync(place, others[0]))));
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

    private static async Task<(string Id, string Secret)> CreateAsync(Installation place, string customer, string id)
    {
        using var http = new HttpClient { BaseAddress = place.Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("owner", customer)) } };
        using var answer = await http.PostAsJsonAsync(new Uri("api/v1/customer/devices?secret=true", UriKind.Relative), new { deviceId = id });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (id, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("deviceSecret").GetString()!);
    }

    private static async Task<string> SignInAsync(Installation place, (string Id, string Secret) device)
    {
        using var http = new HttpClient { BaseAddress = place.Address };
        using var answer = await http.PostAsJsonAsync(
            new Uri("api/v1/device/auth", UriKind.Relative), new { deviceId = device.Id, deviceSecret = device.Secret });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private static async Task<int> BeatAsync(Installation place, string token)
    {
        using var http = new HttpClient { BaseAddress = place.Address, DefaultRequestHeaders = { { "X-Device-Session", token } } };
        using var answer = await http.PostAsync(new Uri("api/v1/device/heartbeat", UriKind.Relative), null);
        return (int)answer.StatusCode;
    }
}
