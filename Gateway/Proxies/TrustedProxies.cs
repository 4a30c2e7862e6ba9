using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Rollcall.Proxies;

/// <summary>TRUSTED_PROXIES: the proxies whose forwarded headers are trusted. Default none.</summary>
/// <exception cref="SettingException">An entry is not an address or a network, or it would trust everybody.</exception>
internal sealed class TrustedProxies
{
    private const string Name = "TRUSTED_PROXIES";
    private const string None = "none";

    /// <summary>The widest private networks: 10.0.0.0/8 and fc00::/7.</summary>
    private const int LeastBits = 8, LeastBits6 = 7;

    /// <summary>The framework's own switches trust whoever connects, so that anybody could claim any address.</summary>
    private static readonly string[] Everybodys =
        ["FORWARDEDHEADERS_ENABLED", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "DOTNET_FORWARDEDHEADERS_ENABLED"];

    public TrustedProxies(IConfiguration configuration)
    {
        if (Everybodys.Any(name => string.Equals(configuration[name], "true", StringComparison.OrdinalIgnoreCase)))
        {
            throw new SettingException(Everybodys[1], $"must not be set: it trusts every caller. Name your proxies in {Name}.");
        }

        var entries = (configuration.Text(Name) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        IsSet = entries.Length > 0;
        Networks = entries is [None] ? [] : [.. entries.Select(Read)];
    }

    /// <summary>The setting is present, if only as none.</summary>
    public bool IsSet { get; }

    public IReadOnlyList<IPNetwork> Networks { get; }

    /// <summary>Whether this peer is one of them; also for an IPv4 address mapped to IPv6.</summary>
    public bool Contains(IPAddress? address) =>
        address is not null
            && Networks.Any(network => network.Contains(address) || (address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4())));

    private static IPNetwork Read(string entry)
    {
        if (entry == None)
        {
            throw new SettingException(Name, "must be none alone, or list addresses and networks without it: together they contradict each other.");
        }

        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? entry : entry[..slash];

        // Only in the usual notation: 10.1 would be read as 10.0.0.1.
        if (!IPAddress.TryParse(text, out var address) || text.Contains('%', StringComparison.Ordinal)
            || (!text.Contains(':', StringComparison.Ordinal) && text.Count(character => character == '.') != 3))
        {
            throw new SettingException(
                Name, $"must list addresses and networks such as 10.0.0.5, 10.1.0.0/16 or 2001:db8::/32, or be none, not '{entry}'.");
        }

        var whole = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 128 : 32;
        var bits = slash < 0 ? whole : int.TryParse(entry[(slash + 1)..], out var number) && number <= whole ? number : -1;
        if (bits < 0)
        {
            throw new SettingException(Name, $"has a network of a wrong length: '{entry}'.");
        }

        var network = new IPNetwork(address, bits);
        return bits < (whole == 32 ? LeastBits : LeastBits6) || entry.StartsWith("::ffff:0:0/", StringComparison.OrdinalIgnoreCase)
                ? throw new SettingException(
                    Name, $"must not trust everybody, as '{entry}' nearly would: /{LeastBits} and, of IPv6, /{LeastBits6} are the widest.")
            : network.BaseAddress.Equals(address) ? network
            : throw new SettingException(Name,
                $"must list a network by its first address, {network}, or one address without a length, not '{entry}'.");
    }
}

/// <summary>Finds the address of the real caller.</summary>
internal static partial class ForwardedAddresses
{
    /// <summary>
    /// Takes the caller's address and scheme from the headers of trusted proxies. X-Forwarded-For is read backwards while trusted proxies have
    /// written it, so what a caller has written itself is never used.
    /// </summary>
    public static void UseForwardedAddresses(this IApplicationBuilder app, TrustedProxies proxies)
    {
        if (proxies.Networks.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in proxies.Networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }

    /// <summary>Warns at the start. Otherwise it would be noticed only when all devices share one limit.</summary>
    public static void WarnOfUnknownProxies(this WebApplication app, GatewaySettings settings)
    {
        if (AreUnsaid(settings))
        {
            LogUnknown(app.Logger);
        }
    }

    /// <summary>Others can connect, and TRUSTED_PROXIES is not set.</summary>
    public static bool AreUnsaid(GatewaySettings settings) => !settings.LoopbackOnly && !settings.TrustedProxies.IsSet;

    [LoggerMessage(
        LogLevel.Warning,
        "Others can connect, and TRUSTED_PROXIES is not set: behind a proxy all devices would count as one address. Name the proxy there, or say "
            + "none.")]
    private static partial void LogUnknown(ILogger log);
}
