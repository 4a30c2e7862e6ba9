using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Settings;

/// <summary>PUBLIC_URL: the address at which people and devices reach the gateways, when this one listens at another.</summary>
/// <exception cref="SettingException">It is not such an address.</exception>
public sealed partial class PublicUrl
{
    private const string Name = "PUBLIC_URL";

    /// <summary>The first segments of our own paths. A prefix that begins with one of them could be mistaken for such a path.</summary>
    private static readonly string[] Ours =
        ["api", "hubs", "devices", "dashboard", "reference", "openapi", "healthz", "readyz", "health", "version", "metrics", "css", "js",
            "_framework", "_content"];

    private readonly string? _text;

    public PublicUrl(IConfiguration configuration)
    {
        if (configuration.Text(Name) is not { } text)
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0
            || uri is not { Query: "", Fragment: "", UserInfo: "" } || text.AsSpan().ContainsAny("?#"))
        {
            throw new SettingException(Name, $"must be an address such as https://example.com or https://example.com/rollcall, not '{text}'.");
        }

        // As it is written: a parsed path has its dots and percent signs resolved, which browsers and proxies do in different ways.
        var path = text.IndexOf('/', uri.Scheme.Length + "://".Length) is > 0 and var at ? text[at..].TrimEnd('/') : "";
        if (!PlainPath().IsMatch(path))
        {
            throw new SettingException(Name, $"must have a path of plain names of A-Z a-z 0-9 _ . -, not '{path}'.");
        }

        if (path.Length > 0 && Ours.Contains(path.Split('/')[1], StringComparer.OrdinalIgnoreCase))
        {
            throw new SettingException(Name, $"must not have a path that begins like one of ours: '{path}'.");
        }

        _text = uri.GetLeftPart(UriPartial.Authority) + path;
        Path = path;
        IsSecure = uri.Scheme == Uri.UriSchemeHttps;
    }

    /// <summary>The prefix of all our paths, such as <c>/rollcall</c>; empty: none.</summary>
    public string Path { get; } = "";

    /// <summary>Clients reach it over TLS.</summary>
    public bool IsSecure { get; }

    public bool IsSet => _text is not null;

    /// <summary>Without a slash at its end; the gateway's own address when none is set.</summary>
    public string Or(string own) => _text ?? own;

    [GeneratedRegex(@"\A(/(?!\.{1,2}(/|\z))[A-Za-z0-9_.-]+)*\z")]
    private static partial Regex PlainPath();
}
