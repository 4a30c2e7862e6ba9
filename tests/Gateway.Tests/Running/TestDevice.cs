using System.Text.Json;

namespace Rollcall.Running;

/// <summary>A device as its owner made it, with what it knows itself.</summary>
public sealed class TestDevice
{
    private readonly TestGateway _gateway;

    private TestDevice(TestGateway gateway, string customer, string id, string secret) =>
        (_gateway, Customer, Id, Secret) = (gateway, customer, id, secret);

    public string Customer { get; }

    public string Id { get; }

    public string Secret { get; }

    public string Token { get; private set; } = "";

    public string Path => "/api/v1/customer/devices/" + Id;

    public Caller Owner => _gateway.Portal("owner", Customer);

    public Caller Self => _gateway.Nobody.With("X-Device-Session", Token);

    /// <summary>A new device with a secret, in a customer of its own unless one is named.</summary>
    public static async Task<TestDevice> CreateAsync(TestGateway gateway, string? customer = null, string? id = null)
    {
        customer ??= TestGateway.NewName("customer");
        id ??= TestGateway.NewName("device");
        var created = await gateway.Portal("owner", customer).PostAsync("/api/v1/customer/devices?secret=true", $$"""{"deviceId":"{{id}}"}""");
        return new TestDevice(gateway, customer, id, created.Is(201).TextOf("deviceSecret")!);
    }

    /// <summary>A new device that has signed in.</summary>
    public static async Task<TestDevice> SignedInAsync(TestGateway gateway, string? customer = null, string? id = null)
    {
        var device = await CreateAsync(gateway, customer, id);
        (await device.SignInAsync()).Is(200);
        return device;
    }

    /// <summary>The same device at another gateway, after a restart.</summary>
    public TestDevice At(TestGateway gateway) => new(gateway, Customer, Id, Secret) { Token = Token };

    public async Task<Answer> SignInAsync()
    {
        var answer = await _gateway.Nobody.PostAsync("/api/v1/device/auth", $$"""{"deviceId":"{{Id}}","deviceSecret":"{{Secret}}"}""");
        Token = answer.Status == 200 ? answer.TextOf("token")! : Token;
        return answer;
    }

    public Task<Answer> BeatAsync(string? json = null) => Self.PostAsync("/api/v1/device/heartbeat", json);

    public async Task<JsonElement> ReadAsync() => (await Owner.GetAsync(Path)).Is(200).Json;

    /// <summary>All that its customer can see, as text: unchanged when nothing was stored.</summary>
    public async Task<string> EverythingAsync()
    {
        var list = (await Owner.GetAsync("/api/v1/customer/devices")).Is(200);
        var events = (await Owner.GetAsync("/api/v1/customer/events")).Is(200);
        return list.Of("devices").GetRawText() + list.Of("counts").GetRawText() + events.Text;
    }
}
