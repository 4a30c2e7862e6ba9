using Rollcall.Support.Http;
using Rollcall.Support.Processes;

namespace Rollcall.Edge;

/// <summary>
/// The gateway behind all proxies, started when the first test asks for it. Its sockets are pinged far more often than a proxy's patience
/// ends.
/// </summary>
public sealed class EdgeGateway : IAsyncDisposable
{
    public const string Prefix = "/rollcall";
    private readonly Dictionary<string, Installation> _installations = [];

    /// <param name="prefix">The path of its PUBLIC_URL; empty: it has none.</param>
    /// <param name="own">Names the test that has this one to itself; its sign-ins are bounded, and chosen secrets cost what they do.</param>
    internal async Task<int> PortAsync(string prefix = "", string own = "")
    {
        if (!_installations.TryGetValue(prefix + own, out var installation))
        {
            installation = new Installation(demoDevices: 0, TimeSpan.FromSeconds(60))
            {
                Settings = { ["PORTAL_JWT_KEY"] = PortalToken.KeySetting, ["DEVICE_LINK_PING"] = "300", ["DEVICE_LINK_PATIENCE"] = "5000",
                    ["TRUSTED_PROXIES"] = "127.0.0.1" },
            };
            if (own.Length > 0)
            {
                installation.Settings["BCRYPT_COST"] = "11";
                installation.Settings["AUTH_BURST"] = "200";
                installation.Settings["WRONG_SECRETS_MOST"] = "3";
            }

            if (prefix.Length > 0)
            {
                installation.Settings["PUBLIC_URL"] = $"https://rollcall.example.com{prefix}";
            }

            _installations.Add(prefix + own, installation);
            var gateway = await installation.StartAsync();
            Assert.StartsWith(
                prefix.Length > 0 ? $"Portal: https://rollcall.example.com{prefix}/#token=" : $"Portal: http://localhost:{installation.Port}/#token=",
                gateway.PortalLine, StringComparison.Ordinal);
        }

        return installation.Port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var installation in _installations.Values)
        {
            await installation.DisposeAsync();
        }
    }
}
