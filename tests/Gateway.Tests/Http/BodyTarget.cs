using Rollcall.Running;

namespace Rollcall.Http;

/// <summary>A call that takes a body, with a device whose state tells whether anything was stored.</summary>
public sealed class BodyTarget(TestDevice device, Caller caller, string method, string path)
{
    public static readonly string[] Names = ["auth", "register", "heartbeat", "create", "patch", "enrolment"];

    public TestDevice Device => device;

    public static async Task<BodyTarget> OfAsync(string name, TestGateway gateway)
    {
        var device = await TestDevice.SignedInAsync(gateway);
        (await device.BeatAsync("""{"metrics":{"cpu":1}}""")).Is(200);
        return name switch
        {
            "heartbeat" => new BodyTarget(device, device.Self, "POST", "/api/v1/device/heartbeat"),
            "create" => new BodyTarget(device, device.Owner, "POST", "/api/v1/customer/devices"),
            "enrolment" => new BodyTarget(device, device.Owner, "POST", "/api/v1/customer/enrolment-keys"),
            "patch" => new BodyTarget(device, device.Owner, "PATCH", device.Path),
            _ => new BodyTarget(device, gateway.Nobody, "POST", "/api/v1/device/" + name),
        };
    }

    public BodyTarget With(string header, string value) => new(device, caller.With(header, value), method, path);

    public Task<Answer> SendAsync(HttpContent body) => caller.SendAsync(method, path, body);

    public async Task RefusesAsync(HttpContent body, int status, string code)
    {
        var before = await device.EverythingAsync();
        (await SendAsync(body)).Refused(status, code);
        Assert.Equal(before, await device.EverythingAsync());
        (await device.BeatAsync()).Is(200);
    }
}
