using System.Net;
using Microsoft.Extensions.Configuration;
using Rollcall.Running;

namespace Rollcall.Proxies;

public sealed class TrustedProxiesTests
{
    private const string Guess = """{"deviceId":"nobody","deviceSecret":"a wrong secret"}""";

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.0.0.5", "10.0.0.6", false)]
    [InlineData("10.1.0.0/16, 2001:db8::/32", "::ffff:10.1.2.3", true)]
    [InlineData("10.1.0.0/16,2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("10.0.0.0/8", "10.9.9.9", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("none", "127.0.0.1", false)]
    [InlineData(null, "127.0.0.1", false)]
    public void They_are_addresses_and_networks(string? text, string neighbour, bool trusted)
    {
        var proxies = new TrustedProxies(new ConfigurationBuilder().AddInMemoryCollection([new("TRUSTED_PROXIES", text)]).Build());
        Assert.Equal((trusted, text is not null), (proxies.Contains(IPAddress.Parse(neighbour)), proxies.IsSet));
    }

    [Theory]
    [InlineData(
        "10.0.0.5/8", "TRUSTED_PROXIES must list a network by its first address, 10.0.0.0/8, or one address without a length, not '10.0.0.5/8'.")]
    [InlineData(
        "2001:db8::1/32",
        "TRUSTED_PROXIES must list a network by its first address, 2001:db8::/32, or one address without a length, not '2001:db8::1/32'.")]
    [InlineData(
        "none,10.0.0.1", "TRUSTED_PROXIES must be none alone, or list addresses and networks without it: together they contradict each other.")]
    [InlineData(
        "10.0.0.1, none", "TRUSTED_PROXIES must be none alone, or list addresses and networks without it: together they contradict each other.")]
    public void What_may_be_meant_two_ways_is_refused(string text, string message) => Assert.Equal(
        message,
        Assert.Throws<SettingException>(
            () => new TrustedProxies(new ConfigurationBuilder().AddInMemoryCollection([new("TRUSTED_PROXIES", text)]).Build())).Message);

    [Theory]
    [InlineData("FORWARDEDHEADERS_ENABLED")]
    [InlineData("ASPNETCORE_FORWARDEDHEADERS_ENABLED")]
    public async Task The_switch_that_believes_everybody_is_refused(string name)
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, (name, "True")));
        Assert.StartsWith("ASPNETCORE_FORWARDEDHEADERS_ENABLED ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("TRUSTED_PROXIES", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", null, false)]
    [InlineData("127.0.0.1", null, false)]
    [InlineData("*", null, true)]
    [InlineData("10.0.0.5", null, true)]
    [InlineData("*", "10.0.0.1", false)]
    [InlineData("*", "none", false)]
    public void Whoever_lets_others_connect_and_names_no_proxy_is_warned(string listen, string? proxies, bool warned) => Assert.Equal(
        warned,
        ForwardedAddresses.AreUnsaid(new GatewaySettings(new ConfigurationBuilder()
            .AddInMemoryCollection([new("LISTEN_ADDRESS", listen), new("TRUSTED_PROXIES", proxies)]).Build())));

    [Fact]
    public async Task A_trusted_proxys_callers_have_a_limit_each_whatever_they_say_themselves()
    {
        await using var gateway = await TestGateway.StartAsync(("AUTH_BURST", "1"), ("AUTH_RATE", "1"), ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"));
        await SpendAsync(gateway, "198.51.100.1");

        // Through a second proxy of ours; and a caller that calls itself somebody else, or one of our proxies.
        await SpentAsync(gateway, "198.51.100.1, 10.2.3.4");
        await SpentAsync(gateway, "203.0.113.9, 198.51.100.1");
        await SpentAsync(gateway, "10.2.3.4, 198.51.100.1");
        await SpendAsync(gateway, "198.51.100.2");
        await SpendAsync(gateway, "2001:db8:0:1::5");
        await SpentAsync(gateway, "2001:db8:0:1::6");
        await SpendAsync(gateway, "2001:db8:0:2::6");
    }

    [Fact]
    public async Task Nobody_else_is_believed()
    {
        await using var gateway = await TestGateway.StartAsync(("AUTH_BURST", "1"), ("AUTH_RATE", "1"), ("TRUSTED_PROXIES", "10.0.0.0/8"));
        await SpendAsync(gateway, "198.51.100.1");
        await SpentAsync(gateway, "198.51.100.2");
        await SpentAsync(gateway, "10.0.0.1");
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.1", false)]
    public async Task The_scheme_that_a_trusted_proxy_names_makes_cookies_secure(string trusted, bool secure)
    {
        await using var gateway = await TestGateway.StartAsync(("TRUSTED_PROXIES", trusted), ("DASHBOARD", "true"), ("DASHBOARD_CUSTOMERS", "house"));
        var form = new FormUrlEncodedContent([new("access_token", gateway.PortalToken("owner", "house"))]);
        var opened = (await gateway.Nobody.With("X-Forwarded-Proto", "https").With("X-Forwarded-For", "198.51.100.1")
            .SendUncheckedAsync("POST", "/dashboard/sign-in", form)).Is(303);
        Assert.Equal(secure, opened["Set-Cookie"]!.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Takes the one sign-in that this caller has; what follows at once is more than its rate.</summary>
    private static async Task SpendAsync(TestGateway gateway, string forwarded)
    {
        (await GuessAsync(gateway, forwarded)).Refused(401, "INVALID_CREDENTIALS");
        await SpentAsync(gateway, forwarded);
    }

    /// <summary>A second may have passed on a busy machine and given it another one; the next cannot be within the rate as well.</summary>
    private static async Task SpentAsync(TestGateway gateway, string forwarded)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => GuessAsync(gateway, forwarded)));
        Assert.InRange(answers.Count(answer => answer.Status == 429), 3, 6);
    }

    private static Task<Answer> GuessAsync(TestGateway gateway, string forwarded) =>
        gateway.Nobody.With("X-Forwarded-For", forwarded).PostAsync("/api/v1/device/auth", Guess);
}
