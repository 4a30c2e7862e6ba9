using Rollcall.Running;

[assembly: AssemblyFixture(typeof(SharedGateway))]

namespace Rollcall.Running;

/// <summary>One gateway for every test that does not need settings of its own. Tests keep apart by customer.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    public const string Interval = "30000";

    /// <summary>Signs; so do tests that forge.</summary>
    public static readonly byte[] NewKey = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    /// <summary>Is still believed.</summary>
    public static readonly byte[] OldKey = [.. Enumerable.Range(101, 32).Select(number => (byte)number)];

    public static readonly byte[] PortalKey = [.. Enumerable.Range(201, 32).Select(number => (byte)number)];

    public TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await TestGateway.StartAsync(
        ("SESSION_SIGNING_KEYS", $"new:{Convert.ToBase64String(NewKey)},old:{Convert.ToBase64String(OldKey)}"),
        ("PORTAL_JWT_KEY", $"p1:{Convert.ToBase64String(PortalKey)}"),
        ("DEVICE_HEARTBEAT_INTERVAL", Interval));

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
