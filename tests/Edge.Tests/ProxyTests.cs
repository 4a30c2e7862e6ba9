using System.Text.Json;
using System.Text.RegularExpressions;
using Rollcall.Support.Devices;
using Rollcall.Support.Servers;

namespace Rollcall.Edge;

/// <summary>Devices, portals and the page through the proxies of docs/proxies.md.</summary>
public sealed class ProxyTests(EdgeGateway gateway)
{
    /// <summary>Well above the patience that the proxies are given here.</summary>
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(4.5);

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("caddy")]
    public async Task All_that_we_serve_comes_through_with_the_lines_of_the_page(string program)
    {
        Skip(program);
        var log = "";
        await using var proxy = await ProxiesPage.StartAsync(
            program, await gateway.PortAsync(), writesTo: folder => log = Path.Combine(folder, "rollcall.log"));
        using var visitor = new Visitor(new Uri($"https://127.0.0.1:{proxy.Port}/"));
        await CallsComeThroughAsync(visitor, "/");
        if (log.Length > 0)
        {
            await proxy.StopAsync();
            var lines = await File.ReadAllTextAsync(log);
            Assert.Contains("GET /hubs/portal\"", lines, StringComparison.Ordinal);
            Assert.DoesNotContain("access_token", lines, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("nginx", false)]
    [InlineData("nginx", true)]
    [InlineData("haproxy", false)]
    [InlineData("haproxy", true)]
    [InlineData("caddy", false)]
    [InlineData("caddy", true)]
    public async Task All_that_we_serve_comes_through_below_a_path_cut_off_or_not(string program, bool cut)
    {
        Skip(program);
        await using var proxy = await ProxiesPage.StartAsync(program, await gateway.PortAsync(EdgeGateway.Prefix), prefix: true, cut);
        using var visitor = new Visitor(new Uri($"https://127.0.0.1:{proxy.Port}{EdgeGateway.Prefix}/"));
        await CallsComeThroughAsync(visitor, EdgeGateway.Prefix + "/");

        // The very address of PUBLIC_URL, as people write it.
        using var without = await visitor.GetAsync(EdgeGateway.Prefix);
        Assert.InRange((int)without.StatusCode, 301, 308);
        Assert.Equal(EdgeGateway.Prefix + "/", new Uri(proxy.Address, without.Headers.Location!).AbsolutePath);
    }

    [Fact]
    public async Task Nginx_as_it_comes_passes_beats_with_and_without_a_body()
    {
        Skip("nginx");
        await using var proxy = await ProxiesPage.StartBareNginxAsync(await gateway.PortAsync());
        using var visitor = new Visitor(proxy.Address);
        await visitor.JoinAsync();
        await visitor.BeatAsync("""{"status":"healthy"}""");
        await visitor.BeatAsync();
        Assert.StartsWith("HTTP/1.1 200 ", await visitor.BeatWithoutLengthAsync(), StringComparison.Ordinal);
        await PageIsServedAsync(visitor, "/");
    }

    private static void Skip(string program) => Assert.SkipWhen(MiddleServer.Missing(program) is not null, MiddleServer.Missing(program) ?? "");

    private static async Task CallsComeThroughAsync(Visitor visitor, string basePath)
    {
        await visitor.JoinAsync();
        await visitor.BeatAsync("""{"status":"healthy","metrics":{"cpu":12.5}}""");
        await visitor.BeatAsync();
        Assert.StartsWith("HTTP/1.1 200 ", await visitor.BeatWithoutLengthAsync(), StringComparison.Ordinal);
        await PageIsServedAsync(visitor, basePath);

        var heard = new TaskCompletionSource<JsonElement>();
        await using var portal = await visitor.OpenPortalAsync(
            told => _ = told.EnumerateArray().Any(one => one.GetProperty("connected").GetBoolean()) && heard.TrySetResult(told));
        await using var link = await visitor.OpenSocketAsync();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        // Nothing but our own pings, for longer than the proxy lets anything be idle.
        // A device that does not read answers no ping.
        var next = link.HearAsync();
        await Task.Delay(IdleFor, TimeProvider.System);
        Assert.False(next.IsCompleted);
        await link.SayAsync("""{"type":"heartbeat"}""");
        Assert.Equal("heartbeat_ack", TestLink.Type(await next));
    }

    private static async Task PageIsServedAsync(Visitor visitor, string basePath)
    {
        foreach (var address in new[] { "", "devices/pump-1", "index.html" })
        {
            using var page = await visitor.GetAsync(address);
            var html = await page.Content.ReadAsStringAsync();
            Assert.Equal(200, (int)page.StatusCode);
            Assert.Contains($"<base href=\"{basePath}\">", html, StringComparison.Ordinal);
            Assert.Equal("no-cache", page.Headers.CacheControl?.ToString());
            Assert.DoesNotMatch("""(src|href)="/(?!")""", Regex.Replace(html, "<base[^>]*>", ""));
        }

        using var script = await visitor.GetAsync("js/boot.js", ("Accept-Encoding", "br, gzip"));
        Assert.Equal(200, (int)script.StatusCode);
        using var reference = await visitor.GetAsync("reference/");
        Assert.True((int)reference.StatusCode is 200 or 301 or 302, $"{reference.StatusCode}");
        if (reference.Headers.Location is { } to)
        {
            Assert.StartsWith(basePath, to.ToString(), StringComparison.Ordinal);
        }
    }
}
