using System.Security.Claims;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Features;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Time.Testing;
using Rollcall.Running;

namespace Rollcall.PortalApi.Hub;

/// <summary>Whoever learns the id of a connection can do nothing with it.</summary>
public sealed class ConnectionOwnerTests(SharedGateway shared)
{
    private const string Hub = "/hubs/portal";
    private static readonly string Handshake = """{"protocol":"json","version":1}""" + '\u001e';
    private readonly TestGateway _gateway = shared.Gateway;

    public static TheoryData<string> Others => ["another customer", "another subject", "another role"];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Another_user_meets_no_connection_and_its_own_user_goes_on_with_a_newer_token(string who)
    {
        var customer = TestGateway.NewName("customer");
        var (owner, newer) = (User(customer, "viewer", "ann"), User(customer, "viewer", "ann", minutes: 50));
        var other = who switch
        {
            "another customer" => User(TestGateway.NewName("customer"), "viewer", "ann"),
            "another subject" => User(customer, "viewer", "bob"),
            _ => User(customer, "owner", "ann"),
        };
        var id = await NegotiateAsync(owner);

        // Before it has begun, nothing can be laid down in it, by nobody.
        (await other.SendUncheckedAsync("POST", $"{Hub}?id={id}", Body.Of(Handshake, "text/plain"))).Refused(404, "NOT_FOUND");
        (await owner.SendUncheckedAsync("GET", $"{Hub}?id={id}")).Is(200);
        foreach (var (method, query) in new[] { ("GET", ""), ("GET", "&transport=longPolling"), ("POST", ""), ("DELETE", "") })
        {
            var body = method == "POST" ? Body.Of(Handshake, "text/plain") : null;
            (await other.SendUncheckedAsync(method, $"{Hub}?id={id}{query}", body)).Refused(404, "NOT_FOUND");
        }

        (await newer.SendUncheckedAsync("POST", $"{Hub}?id={id}", Body.Of(Handshake, "text/plain"))).Is(200);
        var greeted = (await newer.SendUncheckedAsync("GET", $"{Hub}?id={id}")).Is(200);
        Assert.Equal("{}\u001e", greeted.Text);
        (await owner.SendUncheckedAsync("DELETE", $"{Hub}?id={id}")).Is(202);
    }

    [Theory]
    [InlineData(HttpTransportType.LongPolling)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.WebSockets)]
    public async Task Every_transport_works_and_leaves_nothing_behind(HttpTransportType transport)
    {
        await using var gateway = await TestGateway.StartAsync();
        var hub = new HubConnectionBuilder().WithUrl(new Uri(gateway.Address, Hub), options =>
        {
            options.Transports = transport;
            options.AccessTokenProvider = () => Task.FromResult<string?>(gateway.PortalToken("viewer", "acme"));
        }).Build();
        await using (hub)
        {
            await hub.StartAsync();
            var answer = await hub.InvokeAsync<System.Text.Json.JsonElement>("Watch", new { });
            Assert.Equal(0, answer.GetProperty("counts").GetProperty("total").GetInt32());
        }

        await Eventually.GetAsync(() => gateway.Part<ConnectionOwners>().Open, open => open == 0);
    }

    [Fact]
    public async Task Ids_that_nobody_gave_leave_nothing_behind()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var id in new[] { "x", "a,b", "%00", new string('x', 2_000) })
        {
            (await gateway.Portal("viewer", "acme").SendUncheckedAsync("GET", $"{Hub}?id={id}")).Is(404);
        }

        Assert.Equal(0, gateway.Part<ConnectionOwners>().Known);
    }

    [Fact]
    public async Task What_has_ended_is_forgotten_a_minute_later()
    {
        var clock = new FakeTimeProvider();
        var owners = new ConnectionOwners(clock);
        await owners.Serve(Request("one"), context => owners.UntilEnded(_ => Task.CompletedTask)(Connection(context)));
        await owners.Serve(Request("one"), _ => Task.CompletedTask);
        Assert.Equal((1, 0), (owners.Known, owners.Open));
        clock.Advance(TimeSpan.FromMinutes(1.1));
        await owners.Serve(Request("two"), context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        Assert.Equal((0, 0), (owners.Known, owners.Open));
    }

    private static DefaultHttpContext Request(string id)
    {
        var identity = new ClaimsIdentity([new("customer_id", "acme"), new("role", "viewer")], "test");
        return new DefaultHttpContext { User = new ClaimsPrincipal(identity),
            Request = { Method = "GET", QueryString = new QueryString("?id=" + id) } };
    }

    private static DefaultConnectionContext Connection(HttpContext context)
    {
        var connection = new DefaultConnectionContext();
        connection.Features.Set<IHttpContextFeature>(new Context(context));
        return connection;
    }

    private sealed record Context(HttpContext Value) : IHttpContextFeature
    {
        public HttpContext? HttpContext { get => Value; set { } }
    }

    private static async Task<string> NegotiateAsync(Caller caller) =>
        (await caller.SendUncheckedAsync("POST", Hub + "/negotiate?negotiateVersion=1")).Is(200).TextOf("connectionToken")!;

    private Caller User(string customer, string role, string subject, int minutes = 60)
    {
        var claims = Jwt.Claims(_gateway.PortalToken(role, customer, TimeSpan.FromMinutes(minutes)));
        claims["sub"] = subject;
        return _gateway.Nobody.With("Authorization", "Bearer " + Jwt.Make(claims, SharedGateway.PortalKey, kid: "p1"));
    }
}
