using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Support.Http;

namespace Rollcall.Support.Devices;

/// <summary>A device at one gateway, and what its owner sees of it. It joins, beats, takes commands and leaves when the test wishes.</summary>
public sealed class TestDevice(Caller nobody, Caller owner, string customer, string id, string secret)
{
    private static readonly JsonSerializerOptions Sparse = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string Customer => customer;

    public string Id => id;

    public string Secret => secret;

    /// <summary>Of its newest session; empty before the first.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Where its owner finds it.</summary>
    public string Path => "/api/v1/customer/devices/" + id;

    public Caller Owner => owner;

    public Caller Self => nobody.With("X-Device-Session", Token);

    /// <summary>A new device with a secret.</summary>
    public static async Task<TestDevice> CreateAsync(Caller nobody, Caller owner, string customer, string id, string? name = null)
    {
        var created = await owner.PostAsync("/api/v1/customer/devices?secret=true", JsonSerializer.Serialize(new { deviceId = id, name }, Sparse));
        return new TestDevice(nobody, owner, customer, id, created.Is(201).TextOf("deviceSecret")!);
    }

    /// <summary>A new device that has signed in.</summary>
    public static async Task<TestDevice> SignedInAsync(Caller nobody, Caller owner, string customer, string id, string? name = null)
    {
        var device = await CreateAsync(nobody, owner, customer, id, name);
        (await device.SignInAsync()).Is(200);
        return device;
    }

    /// <summary>A new device that has signed in, where the gateway believes <see cref="PortalToken.KeySetting"/>.</summary>
    public static Task<TestDevice> SignedInAsync(Caller nobody, string id, string? name = null, string customer = "demo") =>
        SignedInAsync(nobody, nobody.As("owner", customer), customer, id, name);

    /// <summary>The same device, in the same session, at another gateway.</summary>
    public TestDevice At(Caller nobody, Caller owner) => new(nobody, owner, customer, id, secret) { Token = Token };

    /// <summary>The same device, with another secret.</summary>
    public TestDevice With(string otherSecret) => new(nobody, owner, customer, id, otherSecret);

    /// <inheritdoc cref="At(Caller, Caller)" />
    public TestDevice At(Uri gateway) => At(Caller.At(gateway), Caller.At(gateway).As("owner", customer));

    public async Task<Answer> SignInAsync()
    {
        var answer = await nobody.PostAsync("/api/v1/device/auth", JsonSerializer.Serialize(new { deviceId = id, deviceSecret = secret }));
        Token = answer.Status == 200 ? answer.TextOf("token")! : Token;
        return answer;
    }

    public Task<Answer> BeatAsync(string? json = null) => Self.PostAsync("/api/v1/device/heartbeat", json);

    /// <summary>Beats with these metrics, which are taken.</summary>
    public async Task<Answer> MeasureAsync(double cpu = 20, double memory = 40, string status = "healthy") =>
        (await BeatAsync(JsonSerializer.Serialize(new { status, metrics = new { cpu, memory, uptime = 3_600 } }))).Succeeded();

    public Task<Answer> GoodbyeAsync() => MeasureAsync(status: "offline");

    /// <summary>Beats once.</summary>
    /// <returns>The commands that came with the answer: their ids by their names.</returns>
    public async Task<Dictionary<string, string>> TakeAsync() =>
        (await BeatAsync("""{"status":"healthy"}""")).Succeeded().Of("commands").EnumerateArray()
            .ToDictionary(one => one.GetProperty("command").GetString()!, one => one.GetProperty("id").GetString()!);

    /// <summary>Says what has become of a command, which is taken.</summary>
    /// <param name="status">acknowledged, completed or failed.</param>
    public async Task<Answer> ReportAsync(string commandId, string status, object? result = null, string? error = null) =>
        (await Self.PostAsync($"/api/v1/device/commands/{commandId}/result", JsonSerializer.Serialize(new { status, result, error }))).Succeeded();

    public async Task<JsonElement> ReadAsync() => (await owner.GetAsync(Path)).Is(200).Json;

    /// <summary>Waits until its owner reads this of it.</summary>
    public Task<JsonElement> UntilAsync(Func<JsonElement, bool> met, [CallerArgumentExpression(nameof(met))] string what = "") =>
        Eventually.GetAsync(ReadAsync, met, what: what);

    /// <summary>All that its customer can see, as text: unchanged when nothing was stored.</summary>
    public async Task<string> EverythingAsync()
    {
        var list = (await owner.GetAsync("/api/v1/customer/devices")).Is(200);
        var events = (await owner.GetAsync("/api/v1/customer/events")).Is(200);
        return list.Of("devices").GetRawText() + list.Of("counts").GetRawText() + events.Text;
    }
}
