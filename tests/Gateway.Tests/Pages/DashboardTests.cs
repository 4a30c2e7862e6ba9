using Rollcall.Running;

namespace Rollcall.Pages;

/// <summary>One gateway with the dashboard, for all tests of it.</summary>
public sealed class DashboardGateway : IAsyncLifetime
{
    public const string House = "house";

    public TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Gateway = await TestGateway.StartAsync(("DASHBOARD", "true"), ("DASHBOARD_CUSTOMERS", $"{House}, other"));

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

public sealed class DashboardTests(DashboardGateway on, SharedGateway off) : IClassFixture<DashboardGateway>
{
    private readonly TestGateway _gateway = on.Gateway;

    private Caller Nobody => _gateway.Nobody;

    private Caller Owner => _gateway.Portal("owner", DashboardGateway.House);

    [Fact]
    public async Task It_is_not_there_unless_it_is_asked_for()
    {
        var owner = off.Gateway.Portal("owner", DashboardGateway.House);
        (await owner.GetAsync("/dashboard/")).Is(404);
        (await owner.GetAsync("/dashboard/DashboardCounters")).Is(404);
        (await owner.SendAsync("POST", "/dashboard/sign-in", Form("x"))).Is(404);
    }

    [Fact]
    public async Task It_is_refused_without_saying_who_may_see_the_whole_cluster()
    {
        using var folder = new TemporaryFolder();
        var refused = await Assert.ThrowsAsync<SettingException>(() => TestGateway.CreateAsync(folder.Path, ("DASHBOARD", "true")));
        Assert.StartsWith("DASHBOARD_CUSTOMERS ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dashboard/")]
    [InlineData("/dashboard/index.min.js")]
    [InlineData("/dashboard/DashboardCounters")]
    [InlineData("/dashboard/GrainTypes")]
    public async Task It_opens_to_a_named_customers_owner_alone(string path)
    {
        var device = await TestDevice.SignedInAsync(_gateway, DashboardGateway.House);
        (await Nobody.SendUncheckedAsync("GET", path)).Refused(401, "INVALID_SESSION");
        (await device.Self.SendUncheckedAsync("GET", path)).Refused(401, "INVALID_SESSION");
        (await _gateway.Portal("operator", DashboardGateway.House).SendUncheckedAsync("GET", path)).Refused(403, "FORBIDDEN");
        (await _gateway.Portal("owner", "stranger").SendUncheckedAsync("GET", path)).Refused(403, "FORBIDDEN");
        (await Owner.SendUncheckedAsync("GET", path)).Is(200);
    }

    [Fact]
    public async Task It_shows_the_cluster()
    {
        await TestDevice.SignedInAsync(_gateway, DashboardGateway.House);
        var counters = await Eventually.GetAsync(
            () => Owner.SendUncheckedAsync("GET", "/dashboard/DashboardCounters"),
            answer => answer.Status == 200 && answer.Text.Contains("DeviceGrain", StringComparison.Ordinal));
        Assert.Equal(1, counters.Of("totalActiveHostCount").GetInt32());
    }

    [Fact]
    public async Task It_tells_no_grains_state_and_no_log()
    {
        (await Owner.SendUncheckedAsync("GET", "/dashboard/GrainState?grainId=x&grainType=y")).Is(404);
        (await Owner.SendUncheckedAsync("GET", "/dashboard/grainstate?grainId=x&grainType=y")).Is(404);
        (await Owner.SendUncheckedAsync("GET", "/dashboard/Trace")).Is(403);
    }

    [Theory]
    [InlineData("HistoricalStats")]
    [InlineData("historicalstats")]
    [InlineData("SiloProperties")]
    [InlineData("SiloStats")]
    [InlineData("SiloCounters")]
    public async Task A_silo_that_is_not_there_is_not_found(string of)
    {
        foreach (var silo in new[] { "x", "127.0.0.1:1@1", "127.0.0.1:11111", "S127.0.0.1:1:1", "%2F", "-1", new string('9', 3_000) })
        {
            (await Owner.SendUncheckedAsync("GET", $"/dashboard/{of}/{silo}")).Refused(404, "NOT_FOUND");
        }

        var counters = await Eventually.GetAsync(
            () => Owner.SendUncheckedAsync("GET", "/dashboard/DashboardCounters"),
            answer => answer.Status == 200 && answer.Of("hosts").GetArrayLength() > 0);
        (await Owner.SendUncheckedAsync("GET", $"/dashboard/{of}/{counters.Of("hosts")[0].GetProperty("siloAddress").GetString()}")).Is(200);
    }

    [Theory]
    [InlineData("Reminders/0")]
    [InlineData("Reminders/-1")]
    [InlineData("Reminders/2147483647")]
    [InlineData("Reminders/2147483648")]
    [InlineData("Reminders/x")]
    [InlineData("GrainStats/")]
    [InlineData("GrainStats/x")]
    [InlineData("GrainStats/%2F..%2F")]
    [InlineData("HistoricalStats")]
    [InlineData("HistoricalStats/")]
    [InlineData("fonts/x")]
    [InlineData("fonts/")]
    [InlineData("img/..%2F..%2Findex.html")]
    [InlineData("TopGrainMethods?take=x&exclusions=%00")]
    [InlineData("Trace?x=1")]
    public async Task Odd_questions_are_no_fault_of_ours(string path) =>
        Assert.InRange((await Owner.SendUncheckedAsync("GET", "/dashboard/" + path)).Status, 200, 499);

    [Fact]
    public async Task A_browser_is_asked_for_the_token_and_keeps_it_for_this_path_alone()
    {
        var asked = (await Nobody.With("Accept", "text/html").SendUncheckedAsync("GET", "/dashboard/")).Is(401);
        Assert.Contains("""<form method="post" action="/dashboard/sign-in">""", asked.Text, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", asked["Content-Security-Policy"], StringComparison.Ordinal);

        var entered = (await SignIn(_gateway.PortalToken("owner", DashboardGateway.House))).Is(303);
        Assert.Equal("/dashboard/", entered["Location"]);
        var cookie = entered["Set-Cookie"]!;
        foreach (var part in new[] { "max-age=3600", "path=/dashboard", "samesite=strict", "httponly" })
        {
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        }

        var browser = Nobody.With("Cookie", cookie.Split(';')[0]);
        (await browser.With("Accept", "text/html").SendUncheckedAsync("GET", "/dashboard/")).Is(200);
        (await browser.SendUncheckedAsync("GET", "/dashboard/DashboardCounters")).Is(200);
        (await browser.GetAsync("/api/v1/customer/devices")).Refused(401, "INVALID_SESSION");
    }

    [Fact]
    public async Task A_browsers_cookie_is_never_sent_over_plain_http_when_others_can_connect()
    {
        await using var open = await TestGateway.StartAsync(("DASHBOARD", "true"), ("DASHBOARD_CUSTOMERS", "house"), ("LISTEN_ADDRESS", "*"));
        var entered = await open.Nobody.SendUncheckedAsync("POST", "/dashboard/sign-in", Form(open.PortalToken("owner", "house")));
        Assert.Contains("secure", entered.Is(303)["Set-Cookie"]!, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_token_that_opens_nothing_is_not_kept()
    {
        var wrong = (await SignIn("nonsense")).Is(401);
        Assert.Contains("<form", wrong.Text, StringComparison.Ordinal);
        Assert.Null(wrong["Set-Cookie"]);
        Assert.Null((await SignIn("")).Is(401)["Set-Cookie"]);
        Assert.Null((await SignIn(_gateway.PortalToken("operator", DashboardGateway.House))).Refused(403, "FORBIDDEN")["Set-Cookie"]);
        Assert.Null((await SignIn(_gateway.PortalToken("owner", "stranger"))).Refused(403, "FORBIDDEN")["Set-Cookie"]);
        Assert.Null((await SignIn(_gateway.PortalToken("owner", DashboardGateway.House, TimeSpan.FromSeconds(-60)))).Is(401)["Set-Cookie"]);
    }

    [Fact]
    public async Task Another_sites_page_signs_nobody_in()
    {
        var form = Form(_gateway.PortalToken("owner", DashboardGateway.House));
        (await Nobody.With("Sec-Fetch-Site", "cross-site").SendUncheckedAsync("POST", "/dashboard/sign-in", form)).Refused(400, "INVALID_REQUEST");
        (await Nobody.SendUncheckedAsync("POST", "/dashboard/sign-in", Body.Json("{}"))).Refused(400, "INVALID_REQUEST");
    }

    private Task<Answer> SignIn(string token) =>
        Nobody.With("Sec-Fetch-Site", "same-origin").SendUncheckedAsync("POST", "/dashboard/sign-in", Form(token));

    private static FormUrlEncodedContent Form(string token) => new([new("access_token", token)]);
}
