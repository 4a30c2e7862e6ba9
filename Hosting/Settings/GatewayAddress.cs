using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Rollcall.Settings;

/// <summary>Where a gateway listens.</summary>
/// <exception cref="SettingException">One of the settings is wrong.</exception>
public sealed class GatewayAddress(IConfiguration configuration)
{
    public const int DefaultPort = 3001;
    private const string Localhost = "localhost";

    /// <summary>PORT: where HTTP is served. Default 3001; 0 takes a free one.</summary>
    public int Port { get; } = configuration.Number("PORT", DefaultPort, 0, 65_535);

    /// <summary>LISTEN_ADDRESS: <c>localhost</c> (default), an address of this machine, or <c>*</c> for all of them.</summary>
    public string Listen { get; } = Read(configuration, "LISTEN_ADDRESS");

    /// <summary>Only this machine can connect, so credentials printed in a README are acceptable.</summary>
    public bool LoopbackOnly => Listen == Localhost || (IPAddress.TryParse(Listen, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whoever listens everywhere listens at localhost, too.</summary>
    private string Host =>
        !IPAddress.TryParse(Listen, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Localhost
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    /// <summary>Where programs on this machine reach the gateway at this port.</summary>
    public string At(int port) => $"http://{Host}:{port}";

    /// <summary>An address to listen at: <c>localhost</c>, an address of this machine, or <c>*</c>.</summary>
    /// <param name="port">Without which the address would do nothing; null: there always is one.</param>
    /// <exception cref="SettingException">It is something else, or does nothing.</exception>
    public static string Read(IConfiguration configuration, string name, string? port = null)
    {
        if (port is not null && configuration.Text(port) is null && configuration.Text(name) is not null)
        {
            throw new SettingException(name, $"does nothing without {port}: set that, too, or unset it.");
        }

        var address = configuration.Text(name) ?? Localhost;
        return address is Localhost or "*" || IPAddress.TryParse(address, out _)
            ? address
            : throw new SettingException(name, $"must be localhost, * or an IP address of this machine, not '{address}'.");
    }
}
