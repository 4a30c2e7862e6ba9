using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Rollcall.Running;

/// <summary>A device that beats, takes commands and reports when the test wishes.</summary>
internal sealed class HandDevice : IDisposable
{
    private readonly HttpClient _http;

    private HandDevice(Uri gateway, string id) => (_http, Id) = (new HttpClient { BaseAddress = gateway }, id);

    public string Id { get; }

    /// <summary>The one it was made with.</summary>
    public string Secret { get; private set; } = "";

    public static async Task<HandDevice> AddAsync(Uri gateway, string id, string? name)
    {
        var device = new HandDevice(gateway, id);
        device.Authorize(PortalToken.Of("owner"));
        var added = await device.PostAsync("api/v1/customer/devices?secret=true", new { deviceId = id, name });
        device.Secret = added.GetProperty("deviceSecret").GetString()!;
        var session = await device.PostAsync("api/v1/device/auth", new { deviceId = id, deviceSecret = device.Secret });
        device.Authorize(session.GetProperty("token").GetString()!);
        return device;
    }

    public Task BeatAsync(double cpu = 20, double memory = 40, string status = "healthy") =>
        PostAsync("api/v1/device/heartbeat", new { status, metrics = new { cpu, memory, uptime = 3_600 } });

    /// <summary>Beats once.</summary>
    /// <returns>The commands that came with the answer: their ids by their names.</returns>
    public async Task<Dictionary<string, string>> TakeAsync()
    {
        var answer = await PostAsync("api/v1/device/heartbeat", new { status = "healthy" });
        return answer.GetProperty("commands").EnumerateArray()
            .ToDictionary(one => one.GetProperty("command").GetString()!, one => one.GetProperty("id").GetString()!);
    }

    /// <summary>Says what has become of a command.</summary>
    /// <param name="status">acknowledged, completed or failed.</param>
    public Task ReportAsync(string commandId, string status, object? result = null, string? error = null) =>
        PostAsync($"api/v1/device/commands/{commandId}/result", new { status, result, error });

    public Task GoodbyeAsync() => BeatAsync(status: "offline");

    public void Dispose() => _http.Dispose();

    private void Authorize(string token) => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
