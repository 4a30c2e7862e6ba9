using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Rollcall.Support.Servers;

namespace Rollcall.Edge;

/// <summary>docs/proxies.md: what it tells people to write is what is started here, with the ports, files and times of a test.</summary>
internal static partial class ProxiesPage
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Root(), "docs", "proxies.md"));

    /// <summary>The page's minute, as a test can wait for it, and long enough for an answer on a machine that does much else.</summary>
    private const string Idle = "3000ms";

    /// <summary>One of the proxies of the page.</summary>
    /// <param name="prefix">It serves our path instead of a whole name.</param>
    /// <param name="cut">And cuts that path off.</param>
    /// <param name="writesTo">Is told the folder of its log.</param>
    public static Task<MiddleServer> StartAsync(
        string program, int gateway, bool prefix = false, bool cut = false, Action<string>? writesTo = null) => program switch
    {
        "nginx" => MiddleServer.NginxAsync((port, folder) =>
        {
            writesTo?.Invoke(folder);
            return Nginx(Filled(Block("nginx"), gateway, port, folder), prefix, cut, folder);
        }),
        "haproxy" => MiddleServer.HaproxyAsync((port, folder) => Haproxy(Filled(Block("haproxy"), gateway, port, folder), prefix, cut) + "\n"),
        "caddy" =>
            MiddleServer.CaddyAsync((port, folder) => Caddy(Filled(Block("caddy"), gateway, port, folder), port, Certificate(folder), prefix, cut)),
        _ => throw new ArgumentOutOfRangeException(nameof(program)),
    };

    /// <summary>nginx as it comes, with the one line that everybody writes.</summary>
    public static Task<MiddleServer> StartBareNginxAsync(int gateway) => MiddleServer.NginxAsync((port, folder) =>
        InNginx($"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{gateway}; }} }}", folder));

    /// <summary>A proxy that compresses all that it may.</summary>
    public static Task<MiddleServer> StartCompressingAsync(string program, int gateway) => program == "nginx"
        ? MiddleServer.NginxAsync((port, folder) => InNginx(
            $"server {{ listen 127.0.0.1:{port}; gzip on; gzip_proxied any; gzip_min_length 0; gzip_types application/json; location / {{ "
                + $"proxy_pass http://127.0.0.1:{gateway}; }} }}",
            folder))
        : MiddleServer.CaddyAsync((port, _) =>
            $"{{\n    admin off\n}}\nhttp://127.0.0.1:{port} {{\n    encode {{\n        zstd\n        gzip\n        minimum_length 1\n    }}\n   "
                + $" reverse_proxy 127.0.0.1:{gateway}\n}}\n");

    /// <summary>The first block of the page that is marked as this language.</summary>
    private static string Block(string language) =>
        Regex.Match(Text, $@"^```{language}\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline) is { Success: true } found
            ? found.Groups[1].Value
            : throw new InvalidOperationException($"docs/proxies.md has no block for {language}.");

    internal static string Filled(string block, int gateway, int port, string folder)
    {
        var certificate = Certificate(folder);
        return Minute().Replace(block, Idle)
            .Replace("127.0.0.1:3001", $"127.0.0.1:{gateway}", StringComparison.Ordinal)
            .Replace("listen 443 ", $"listen 127.0.0.1:{port} ", StringComparison.Ordinal)
            .Replace("bind :443 ", $"bind 127.0.0.1:{port} ", StringComparison.Ordinal)
            .Replace("/etc/ssl/rollcall.pem", certificate, StringComparison.Ordinal)
            .Replace("/var/log/nginx/", folder + "/", StringComparison.Ordinal);
    }

    /// <summary>The lines of the page's table that serve our path, each as it stands there.</summary>
    private static string[] BelowPath(string program, bool cut)
    {
        var cells = Regex.Match(Text, $@"^\| {program} \| (.*?) \| (.*?) \|$", RegexOptions.Multiline | RegexOptions.IgnoreCase);
        return [.. Code().Matches(cells.Groups[1].Value + (cut ? cells.Groups[2].Value : "")).Select(code => code.Groups[1].Value)];
    }

    private static string Haproxy(string block, bool prefix, bool cut)
    {
        if (!prefix)
        {
            return block;
        }

        var lines = BelowPath("haproxy", cut);
        var frontend = string.Concat(lines.Take(2).Select(line => $"    {line}\n"));
        return block.Replace("    default_backend gateways\n", frontend, StringComparison.Ordinal)
            .Replace("    balance leastconn\n", $"    balance leastconn\n{string.Concat(lines.Skip(3).Select(line => $"    {line}\n"))}",
                StringComparison.Ordinal);
    }

    private static string Nginx(string block, bool prefix, bool cut, string folder) => InNginx(
        !prefix ? block : block
            .Replace("location / {", $"location {EdgeGateway.Prefix}/ {{", StringComparison.Ordinal)
            .Replace("proxy_pass http://gateways;", $"proxy_pass http://gateways{(cut ? "/" : "")};", StringComparison.Ordinal),
        folder);

    internal static string InNginx(string block, string folder)
    {
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }
            .Select(kind => $"{kind}_temp_path {folder}/{kind};\n"));
        return $"daemon off;\npid {folder}/nginx.pid;\nworker_processes 1;\nevents {{ }}\nhttp "
            + $"{{\naccess_log {folder}/access.log;\n{temporary}{block}\n}}\n";
    }

    internal static string Caddy(string block, int port, string certificate, bool prefix, bool cut)
    {
        var site = block.Replace("rollcall.example.com {", $"https://127.0.0.1:{port} {{\n    tls {certificate} {certificate}",
            StringComparison.Ordinal);
        if (prefix)
        {
            var directive = cut ? "handle_path" : "handle";
            site = site.Replace("    reverse_proxy ",
                $"    {BelowPath("caddy", cut: false)[0]}\n    {directive} {EdgeGateway.Prefix}/* {{\n    reverse_proxy ", StringComparison.Ordinal);
            site = site.TrimEnd()[..^1] + "}\n}\n";
        }

        return $"{{\n    admin off\n    skip_install_trust\n    auto_https disable_redirects\n    default_sni 127.0.0.1\n}}\n{site}";
    }

    /// <summary>Certificate and key in one file, as haproxy wants them; nginx takes them from one, too.</summary>
    internal static string Certificate(string folder)
    {
        var path = Path.Combine(folder, "certificate.pem");
        if (!File.Exists(path))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        }

        return path;
    }

    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b60s\b")]
    private static partial Regex Minute();
}
