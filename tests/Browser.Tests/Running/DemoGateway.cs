namespace Rollcall.Running;

/// <summary>The gateway that most tests look at: a demo fleet of five, started when the first test asks for it.</summary>
public sealed class DemoGateway : IAsyncDisposable
{
    public const int Devices = 5;
    private Installation? _place;

    internal Uri Address => new($"http://localhost:{_place!.Port}/");

    /// <summary>Starts it if need be.</summary>
    internal async Task<DemoGateway> RunningAsync()
    {
        if (_place is null)
        {
            // Long: devices that tests move by hand turn only when they are moved.
            _place = Place(Devices, timeoutSeconds: 90);
            await _place.StartAsync();
        }

        return this;
    }

    /// <summary>A place whose portal tokens tests can make.</summary>
    internal static Installation Place(int demoDevices, int timeoutSeconds) =>
        new(demoDevices, TimeSpan.FromSeconds(timeoutSeconds)) { Settings = { ["PORTAL_JWT_KEY"] = PortalToken.KeySetting } };

    /// <summary>A device of the demo customer that a test moves by hand.</summary>
    internal Task<TestDevice> AddDeviceAsync(string id, string? name = null) => TestDevice.SignedInAsync(Caller.At(Address), id, name);

    public ValueTask DisposeAsync() => _place?.DisposeAsync() ?? ValueTask.CompletedTask;
}
