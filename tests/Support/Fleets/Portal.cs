using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Rollcall.Support.Processes;

namespace Rollcall.Support.Fleets;

/// <summary>What a portal sees of a device.</summary>
public sealed record Seen(string DeviceId, string Status, string? Reason, long Seq, bool Connected, DateTimeOffset? LastSeen = null);

public sealed record SeenEvent(long Seq, string From, string To, string Reason, DateTimeOffset At);

/// <summary>The customer's view, over REST.</summary>
public sealed class Portal : IDisposable
{
    private readonly HttpClient _http;

    public Portal(Uri gateway, string token) => _http = new HttpClient
    {
        BaseAddress = new Uri(gateway, "api/v1/customer/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    public static Portal Of(Installation installation, GatewayProcess gateway) => new(installation.Address, gateway.Token);

    public async Task<IReadOnlyList<Seen>> DevicesAsync(string prefix)
    {
        var page = await _http.GetFromJsonAsync<JsonElement>("devices?limit=200&q=" + prefix);
        var devices = page.GetProperty("devices").Deserialize<Seen[]>(JsonSerializerOptions.Web)!;
        return [.. devices.Where(device => device.DeviceId.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>One device, as its twin says.</summary>
    public async Task<Seen> DeviceAsync(string deviceId) => (await _http.GetFromJsonAsync<Seen>("devices/" + deviceId, JsonSerializerOptions.Web))!;

    public async Task<IReadOnlyList<SeenEvent>> EventsAsync(string deviceId)
    {
        var page = await _http.GetFromJsonAsync<JsonElement>($"devices/{deviceId}/events");
        return page.GetProperty("events").Deserialize<SeenEvent[]>(JsonSerializerOptions.Web)!;
    }

    /// <summary>Waits until so many devices are there and each has this status.</summary>
    public Task<TimeSpan> AllAreAsync(string status, string prefix, int count, TimeSpan within)
    {
        IReadOnlyList<Seen> seen = [];
        return Eventually.IsSoAsync(
            async () => (seen = await DevicesAsync(prefix)).Count == count && seen.All(device => device.Status == status),
            within,
            () => $"{count} devices are {status}: {string.Join(", ", seen.Take(10))}");
    }

    /// <summary>Sends a command and waits for its end.</summary>
    /// <param name="json">The body.</param>
    /// <param name="key">An Idempotency-Key.</param>
    /// <returns>The status of the answer, and the command or the problem.</returns>
    public async Task<(int Status, JsonElement Body)> SendAsync(string deviceId, string json, int wait = 0, string? key = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"devices/{deviceId}/commands?wait={wait}") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<JsonElement> CommandAsync(string deviceId, string commandId) =>
        await _http.GetFromJsonAsync<JsonElement>($"devices/{deviceId}/commands/{commandId}");

    public void Dispose() => _http.Dispose();
}
