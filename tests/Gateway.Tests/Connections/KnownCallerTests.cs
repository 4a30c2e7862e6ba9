using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Rollcall.DeviceApi.WebSockets;
using Rollcall.Running;

namespace Rollcall.Connections;

/// <summary>With 24 places: who keeps one, and who makes room.</summary>
public sealed class KnownCallerTests : IAsyncLifetime
{
    private const string Crowd = "127.0.0.77";
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(300);
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "127.0.0.77 is nobody's address here.");
        _gateway = await TestGateway.StartAsync(("CONNECTIONS", "24"));
    }

    public ValueTask DisposeAsync() => _gateway?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_valid_token_a_sign_in_and_a_socket_keep_their_connections_and_a_wrong_or_superseded_token_does_not()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var other = await TestDevice.CreateAsync(_gateway);
        using var beats = await RawClient.ConnectAsync(_gateway);
        Assert.Equal(200, await beats.AskAsync(RawClient.Beat(device.Token)));
        using var views = await RawClient.ConnectAsync(_gateway);
        Assert.Equal(200, await views.AskAsync(
            RawClient.Get("/api/v1/customer/devices", $"Authorization: Bearer {_gateway.PortalToken("viewer", device.Customer)}\r\n")));
        using var signsIn = await RawClient.ConnectAsync(_gateway);
        var body = $$"""{"deviceId":"{{other.Id}}","deviceSecret":"{{other.Secret}}"}""";
        Assert.Equal(200, await signsIn.AskAsync($"POST /api/v1/device/auth HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n{body}"));
        using var guesses = await RawClient.ConnectAsync(_gateway);
        Assert.Equal(401, await guesses.AskAsync(RawClient.Beat(device.Token + "x")));
        var superseded = await TestDevice.SignedInAsync(_gateway, device.Customer);
        var former = superseded.Token;
        (await superseded.SignInAsync()).Is(200);
        (await superseded.BeatAsync()).Is(200);
        using var late = await RawClient.ConnectAsync(_gateway);
        Assert.Equal(401, await late.AskAsync(RawClient.Beat(former)));
        using var link = new ClientWebSocket();
        link.Options.SetRequestHeader("X-Device-Session", device.Token);
        await link.ConnectAsync(new Uri($"ws://127.0.0.1:{_gateway.Address.Port}/api/v1/device/ws"), TestContext.Current.CancellationToken);
        await using var portal = new HubConnectionBuilder().WithUrl(
            new Uri(_gateway.Address, "hubs/portal"),
            HttpTransportType.WebSockets,
            http => (http.SkipNegotiation, http.AccessTokenProvider) =
                (true, () => Task.FromResult<string?>(_gateway.PortalToken("viewer", device.Customer)))).Build();
        await portal.StartAsync(TestContext.Current.CancellationToken);

        // From many addresses: an eighth of each would fill nothing.
        var crowd = new List<RawClient>();
        for (var number = 0; number < 60; number++)
        {
            crowd.Add(await RawClient.ConnectAsync(_gateway, $"127.0.1.{1 + number}"));
        }

        Assert.True(await guesses.ClosedAfterAsync(AtOnce) < AtOnce);
        Assert.True(await late.ClosedAfterAsync(AtOnce) < AtOnce);
        Assert.Equal(200, await beats.AskAsync(RawClient.Beat(device.Token)));
        Assert.Equal(TimeSpan.MaxValue, await views.ClosedAfterAsync(AWhile));
        Assert.Equal(TimeSpan.MaxValue, await signsIn.ClosedAfterAsync(AWhile));
        Assert.Equal((WebSocketState.Open, HubConnectionState.Connected), (link.State, portal.State));
        Assert.InRange(_gateway.Services.GetServices<ConnectionBook>().Single(book => book.Door == "PORT").Open, 6, 24);
        crowd.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Strangers_of_one_address_are_an_eighth_and_of_a_trusted_proxy_as_many_as_there_is_room_for()
    {
        await using var trusting = await TestGateway.StartAsync(("CONNECTIONS", "24"), ("TRUSTED_PROXIES", "127.0.0.76, 127.0.0.77/32"));
        Assert.Equal((3, 15), (await StayAsync(_gateway), await StayAsync(trusting)));
    }

    [Fact]
    public async Task A_customer_fills_nearly_all_with_sockets_and_another_ones_device_signs_in_beats_and_has_its_socket_all_the_same()
    {
        var (one, two) = (TestGateway.NewName("customer"), TestGateway.NewName("customer"));
        var fleet = new List<TestDevice>();
        for (var number = 0; number < 25; number++)
        {
            fleet.Add(await TestDevice.SignedInAsync(_gateway, one));
        }

        var other = await TestDevice.CreateAsync(_gateway, two);
        var links = new List<TestLink>();
        foreach (var device in fleet)
        {
            try
            {
                links.Add(await TestLink.GreetedAsync(_gateway, device));
            }
            catch (RefusedHandshakeException refused)
            {
                Assert.Equal(503, refused.Status);
            }
        }

        // Of 24, two for newcomers; the calls that made the devices hold one or two.
        Assert.InRange(links.Count, 20, 22);
        (await fleet[^1].BeatAsync()).Is(200);
        using var signsIn = await RawClient.ConnectAsync(_gateway);
        var body = $$"""{"deviceId":"{{other.Id}}","deviceSecret":"{{other.Secret}}"}""";
        Assert.Equal(200, await signsIn.AskAsync($"POST /api/v1/device/auth HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {body.Length}\r\n\r\n{body}"));
        (await other.SignInAsync()).Is(200);
        (await other.BeatAsync()).Is(200);
        await using var its = await TestLink.GreetedAsync(_gateway, other);
        Assert.Equal("pong", TestLink.Type(await its.AskAsync("""{"type":"ping"}""")));

        var alive = 0;
        foreach (var link in links)
        {
            try
            {
                alive += TestLink.Type(await link.AskAsync("""{"type":"ping"}""")) == "pong" ? 1 : 0;
            }
            catch (Exception closed) when (closed is WebSocketException or Xunit.Sdk.XunitException)
            {
                // It made room.
            }

            await link.DisposeAsync();
        }

        Assert.InRange(alive, links.Count - 4, links.Count - 1);
    }

    [Fact]
    public async Task Connections_of_one_customer_that_only_beat_give_way_to_one_another_without_losing_a_beat()
    {
        var device = await TestDevice.SignedInAsync(_gateway);
        var lines = new List<RawClient>();
        for (var number = 0; number < 40; number++)
        {
            lines.Add(await RawClient.ConnectAsync(_gateway));
            Assert.Equal(200, await lines[^1].AskAsync(RawClient.Beat(device.Token)));
        }

        Assert.True(await lines[0].ClosedAfterAsync(AtOnce) < AtOnce);
        Assert.Equal(200, await lines[^1].AskAsync(RawClient.Beat(device.Token)));
        Assert.InRange(_gateway.Services.GetServices<ConnectionBook>().Single(book => book.Door == "PORT").Open, 18, 24);
        lines.ForEach(line => line.Dispose());
    }

    [Fact]
    public async Task Strangers_of_one_64_of_IPv6_are_an_eighth_too()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var gateway = await TestGateway.StartAsync(("CONNECTIONS", "24"), ("LISTEN_ADDRESS", "::1"));
        var sockets = new List<Socket>();
        for (var number = 0; number < 15; number++)
        {
            sockets.Add(new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
            await sockets[^1].ConnectAsync(IPAddress.IPv6Loopback, gateway.Address.Port);
        }

        await Eventually.GetAsync(() => sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead)), closed => closed == 12);
        Assert.Equal(3, gateway.Services.GetServices<ConnectionBook>().Single(book => book.Door == "PORT").Open);
        sockets.ForEach(socket => socket.Dispose());
    }

    private static async Task<int> StayAsync(TestGateway gateway)
    {
        var strangers = new List<RawClient>();
        for (var number = 0; number < 15; number++)
        {
            strangers.Add(await RawClient.ConnectAsync(gateway, Crowd));
        }

        var closed = await Task.WhenAll(strangers.Select(one => one.ClosedAfterAsync(TimeSpan.FromSeconds(1))));
        strangers.ForEach(one => one.Dispose());
        return closed.Count(after => after == TimeSpan.MaxValue);
    }
}
