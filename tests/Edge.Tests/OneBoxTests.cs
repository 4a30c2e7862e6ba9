using System.Diagnostics;
using System.Net;
using Rollcall.Support.Servers;

namespace Rollcall.Edge;

/// <summary>The files of deploy/one-box, which docs/one-box.md has people install, with the programs that read them.</summary>
public sealed class OneBoxTests(EdgeGateway gateway)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        SkipWithout("systemd-analyze");
        Assert.Equal((0, ""), await RunAsync("systemd-analyze", "verify", Of("rollcall.service")));
    }

    [Fact]
    public async Task The_unit_is_exposed_to_little()
    {
        SkipWithout("systemd-analyze");
        var (code, said) = await RunAsync("systemd-analyze", "security", "--offline=true", "--threshold=20", Of("rollcall.service"));
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Caddy_takes_its_file()
    {
        SkipWithout("caddy");
        var (code, said) = await RunAsync("caddy", "validate", "--adapter", "caddyfile", "--config", Of("Caddyfile"));
        Assert.True(code == 0, said);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task A_device_comes_through(string program)
    {
        SkipWithout(program);
        await using var proxy = await StartAsync(program, await gateway.PortAsync());
        using var visitor = new Visitor(new Uri($"https://127.0.0.1:{proxy.Port}/"));
        await visitor.JoinAsync();
        await visitor.BeatAsync();
        await using var link = await visitor.OpenSocketAsync();
        using var page = await visitor.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    private static Task<MiddleServer> StartAsync(string program, int port) => program == "nginx"
        ? MiddleServer.NginxAsync((own, folder) => ProxiesPage.InNginx(
            ProxiesPage.Filled(File.ReadAllText(Of("nginx.conf")), port, own, folder)
                .Replace("/etc/ssl/rollcall/fullchain.pem", ProxiesPage.Certificate(folder), StringComparison.Ordinal)
                .Replace("/etc/ssl/rollcall/privkey.pem", ProxiesPage.Certificate(folder), StringComparison.Ordinal),
            folder))
        : MiddleServer.CaddyAsync((own, folder) => ProxiesPage.Caddy(
            ProxiesPage.Filled(File.ReadAllText(Of("Caddyfile")), port, own, folder), own, ProxiesPage.Certificate(folder),
            prefix: false, cut: false));

    private static string Of(string file) => Path.Combine(ProxiesPage.Root(), "deploy", "one-box", file);

    private static void SkipWithout(string program) =>
        Assert.SkipWhen(MiddleServer.Missing(program) is not null, MiddleServer.Missing(program) ?? "");

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Soon);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, $"{await output}{await errors}".Trim());
    }
}
