using System.Globalization;
using System.Net.Http.Headers;
using Rollcall.Support.Processes;

namespace Rollcall.Authorities;

/// <summary>The gateway's program and a real authority, with what befalls one.</summary>
public sealed class AuthorityTests(ITestOutputHelper output) : CrashTest(output)
{
    private const string Devices = "api/v1/customer/devices";
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(120);
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task An_authority_that_is_away_is_our_fault_and_is_noticed_when_it_is_there()
    {
        var place = Install();
        await using var authority = new TestAuthority(place.Folder);
        var gateway = await StartAsync(place, authority);
        var token = authority.Token();

        // Before it was ever there.
        await IsOurFaultAsync(place, "GET", Devices, token);
        await IsOurFaultAsync(place, "POST", "hubs/portal/negotiate?negotiateVersion=1", token);
        await IsOurFaultAsync(place, "GET", "dashboard/", token);
        await IsOurFaultAsync(place, "POST", "dashboard/sign-in", null, new FormUrlEncodedContent([new("access_token", token)]));
        Assert.Equal(401, (await AskAsync(place, "GET", Devices, "nonsense")).Status);
        Assert.Equal(401, (await AskAsync(place, "GET", Devices, authority.Token(ends: -1))).Status);
        Assert.Equal(200, (await AskAsync(place, "GET", "healthz", null)).Status);
        await gateway.SaysAsync("The keys of PORTAL_JWT_AUTHORITY cannot be fetched", Quickly);

        // It answers, but no sense.
        authority.Nonsense = "<html>Maintenance</html>";
        await authority.StartAsync();
        await Eventually.IsSoAsync(
            async () =>
            {
                await IsOurFaultAsync(place, "GET", Devices, token);
                return authority.Asked > 0;
            },
            Quickly,
            () => "it is asked again");

        authority.Nonsense = null;
        await Eventually.IsSoAsync(async () => (await AskAsync(place, "GET", Devices, token)).Status == 200, Quickly, () => "it is noticed");
        await gateway.SaysAsync("The keys of PORTAL_JWT_AUTHORITY can be fetched again", Quickly);

        // It goes when its keys are known: they are good, and what they cannot tell is not known.
        await authority.StopAsync();
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, token)).Status);
        await IsOurFaultAsync(place, "GET", Devices, authority.StrangersToken(1));
        Assert.Equal(401,
            (await AskAsync(place, "GET", Devices, authority.Token((authority.Signing.Name, System.Security.Cryptography.RSA.Create(2048))))).Status);
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, token)).Status);
        Assert.DoesNotContain("   at ", gateway.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_token_of_a_new_key_is_right_whatever_strangers_do_and_the_withdrawn_key_is_not()
    {
        var place = Install();
        await using var authority = new TestAuthority(place.Folder);
        await authority.StartAsync();
        await StartAsync(place, authority);
        var former = authority.Token();
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, former)).Status);

        // Its clock may be ahead of ours, by a little; another's token is not its own.
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, authority.Token(begins: 3))).Status);
        Assert.Equal(401, (await AskAsync(place, "GET", Devices, authority.Token(begins: 90))).Status);
        Assert.Equal(401, (await AskAsync(place, "GET", Devices, authority.Token(ends: 0))).Status);
        Assert.Equal(401, (await AskAsync(place, "GET", Devices, authority.Token(issuer: "https://id.example.com"))).Status);

        for (var stranger = 0; stranger < 3; stranger++)
        {
            Assert.Equal(401, (await AskAsync(place, "GET", Devices, authority.StrangersToken(stranger))).Status);
        }

        authority.Rotate("k2");
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, authority.Token())).Status);
        Assert.Equal(401, (await AskAsync(place, "GET", Devices, former)).Status);

        // Strangers by the hundred: each waits for himself alone, and the authority hardly notices.
        var before = authority.Asked;
        var strangers = Enumerable.Range(3, 100).Select(number => AskAsync(place, "GET", Devices, authority.StrangersToken(number))).ToArray();
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, authority.Token())).Status);
        authority.Rotate("k3");
        Assert.Equal(200, (await AskAsync(place, "GET", Devices, authority.Token())).Status);
        Assert.All(await Task.WhenAll(strangers), answer => Assert.Equal(401, answer.Status));
        Output.WriteLine($"{authority.Asked - before} fetches for 100 strangers and a rotation");
        Assert.InRange(authority.Asked - before, 1, 10);
    }

    private static async Task<Child> StartAsync(Installation place, TestAuthority authority)
    {
        var settings = new Dictionary<string, string>
        {
            ["PORTAL_JWT_AUTHORITY"] = authority.Address, ["SSL_CERT_FILE"] = authority.CertificateFile, ["DASHBOARD"] = "true",
            ["DASHBOARD_CUSTOMERS"] = "acme",
        };
        var gateway = place.RunWith(settings);
        await Eventually.IsSoAsync(
            async () =>
            {
                try
                {
                    return (await Http.GetAsync(new Uri(place.Address, "healthz"))).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Quickly,
            () => gateway.Said);
        return gateway;
    }

    private static async Task IsOurFaultAsync(Installation place, string method, string path, string? token, HttpContent? body = null)
    {
        var (status, retryAfter, text) = await AskAsync(place, method, path, token, body);
        Assert.True(status == 503, $"{method} {path}: {status} {text}");
        Assert.Contains("\"UNAVAILABLE\"", text, StringComparison.Ordinal);
        Assert.InRange(retryAfter, 1, 15);
    }

    private static async Task<(int Status, int RetryAfter, string Text)> AskAsync(
        Installation place, string method, string path, string? token, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(place.Address, path)) { Content = body };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await Http.SendAsync(request);
        var retryAfter = response.Headers.TryGetValues("Retry-After", out var values) ? int.Parse(values.First(), CultureInfo.InvariantCulture) : 0;
        return ((int)response.StatusCode, retryAfter, await response.Content.ReadAsStringAsync());
    }
}
