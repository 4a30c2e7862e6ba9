using Microsoft.Extensions.Configuration;
using Rollcall.Pages;
using Rollcall.Running;

namespace Rollcall.Proxies;

/// <summary>A gateway below a path.</summary>
public sealed class PrefixedGateway : IAsyncLifetime
{
    public const string House = "house";

    public TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await TestGateway.StartAsync(
        ("PUBLIC_URL", "https://example.com/rollcall/"), ("DASHBOARD", "true"), ("DASHBOARD_CUSTOMERS", House));

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

public sealed class PublicUrlTests(PrefixedGateway prefixed) : IClassFixture<PrefixedGateway>
{
    private readonly TestGateway _gateway = prefixed.Gateway;

    [Theory]
    [InlineData(null, "http://localhost:3001", "", false)]
    [InlineData("https://example.com", "https://example.com", "", true)]
    [InlineData("https://example.com/", "https://example.com", "", true)]
    [InlineData("http://10.0.0.5:8080/a/b.c_d-e/", "http://10.0.0.5:8080/a/b.c_d-e", "/a/b.c_d-e", false)]
    [InlineData("http://[::1]:80/x", "http://[::1]/x", "/x", false)]
    public void It_is_read_with_its_path(string? text, string address, string path, bool secure)
    {
        var url = new PublicUrl(new ConfigurationBuilder().AddInMemoryCollection([new("PUBLIC_URL", text)]).Build());
        Assert.Equal((address, path, secure, text is not null), (url.Or("http://localhost:3001"), url.Path, url.IsSecure, url.IsSet));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/rollcall")]
    public async Task Calls_come_with_the_prefix_or_without(string prefix)
    {
        var device = await TestDevice.CreateAsync(_gateway);
        var session = (await _gateway.Nobody.PostAsync(
            prefix + "/api/v1/device/auth", $$"""{"deviceId":"{{device.Id}}","deviceSecret":"{{device.Secret}}"}""")).Is(200);
        (await _gateway.Nobody.With("X-Device-Session", session.TextOf("token")!).PostAsync(prefix + "/api/v1/device/heartbeat")).Is(200);
        (await device.Owner.GetAsync(prefix + device.Path)).Is(200);
        (await _gateway.Nobody.GetAsync(prefix + "/healthz")).Is(200);
        (await _gateway.Nobody.GetAsync(prefix + prefix + "/healthz")).Is(prefix.Length == 0 ? 200 : 404);
        (await _gateway.Nobody.GetAsync("/rollcallx/healthz")).Refused(404, "NOT_FOUND");
        Assert.Contains("default-src 'none'", (await _gateway.Nobody.GetAsync(prefix + "/version"))["Content-Security-Policy"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reference_asks_below_the_prefix() => Assert.Equal(
        "/rollcall", (await _gateway.Nobody.GetAsync("/rollcall/openapi/v1.json")).Is(200).Of("servers")[0].GetProperty("url").GetString());

    [Theory]
    [InlineData("")]
    [InlineData("/rollcall")]
    public async Task The_dashboard_stays_below_the_prefix(string prefix)
    {
        var asked = await _gateway.Nobody.With("Accept", "text/html").SendUncheckedAsync("GET", prefix + "/dashboard/");
        Assert.Contains("action=\"/rollcall/dashboard/sign-in\"", asked.Is(401).Text, StringComparison.Ordinal);

        var form = new FormUrlEncodedContent([new("access_token", _gateway.PortalToken("owner", PrefixedGateway.House))]);
        var opened = (await _gateway.Nobody.SendUncheckedAsync("POST", prefix + "/dashboard/sign-in", form)).Is(303);
        Assert.Equal("/rollcall/dashboard/", opened["Location"]);
        Assert.Contains("path=/rollcall/dashboard;", opened["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("secure", opened["Set-Cookie"], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("""(src|href)="/[^r]""",
            (await _gateway.Portal("owner", PrefixedGateway.House).SendUncheckedAsync("GET", prefix + "/dashboard/")).Is(200).Text);
    }

    [Fact]
    public void The_page_has_its_base_below_the_prefix_or_is_not_served() => Assert.Multiple(
        () => Assert.Equal("""<head><base href="/rollcall/"></head>""",
            IndexPage.Written("""<head><base href="/"></head>""", "/rollcall", reference: true)),
        () => Assert.Throws<InvalidOperationException>(() => IndexPage.Written("<head></head>", "/rollcall", reference: true)));

    [Fact]
    public void The_page_of_a_gateway_without_the_reference_says_so() => Assert.Equal(
        """<head><base href="/"><meta name="rollcall-reference" content="off"></head>""",
        IndexPage.Written("""<head><base href="/"></head>""", "", reference: false));

    [Theory]
    [InlineData("localhost", "http://localhost:3001")]
    [InlineData("*", "http://localhost:3001")]
    [InlineData("0.0.0.0", "http://localhost:3001")]
    [InlineData("::", "http://localhost:3001")]
    [InlineData("127.0.0.8", "http://127.0.0.8:3001")]
    [InlineData("10.0.0.5", "http://10.0.0.5:3001")]
    [InlineData("2001:db8::5", "http://[2001:db8::5]:3001")]
    public void Without_it_the_gateway_is_where_it_listens(string listen, string address) => Assert.Equal(
        address, new GatewaySettings(new ConfigurationBuilder().AddInMemoryCollection([new("LISTEN_ADDRESS", listen)]).Build()).Address(3001));

    [Theory]
    [InlineData("")]
    [InlineData("/rollcall")]
    public async Task What_was_made_is_named_below_the_prefix(string prefix)
    {
        var owner = _gateway.Portal("owner", PrefixedGateway.House);
        var made = (await owner.PostAsync(prefix + "/api/v1/customer/devices", "{}")).Is(201);
        var device = made["Location"]!;
        Assert.StartsWith("/rollcall/api/v1/customer/devices/", device, StringComparison.Ordinal);
        (await owner.GetAsync(device)).Is(200);

        var sent = (await owner.PostAsync(device + "/commands", """{"command":"ping"}""")).Is(202);
        Assert.StartsWith(device + "/commands/", sent["Location"], StringComparison.Ordinal);
        (await owner.GetAsync(sent["Location"]!)).Is(200);
    }
}
