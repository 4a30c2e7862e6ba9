using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Rollcall.Commands;

/// <summary>Commands to a device as somebody else sends them: by REST.</summary>
internal sealed class Orders(Uri gateway, string deviceId) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = new Uri(gateway, $"api/v1/customer/devices/{deviceId}/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("operator")) },
    };

    /// <returns>Its id.</returns>
    public async Task<string> SendAsync(string command, object? parameters = null, int ttlSeconds = 3_600)
    {
        using var answer = await _http.PostAsJsonAsync("commands", new { command, parameters, ttlSeconds });
        Assert.True(answer.IsSuccessStatusCode, $"{command}: {answer.StatusCode}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task CancelAsync(string id)
    {
        using var answer = await _http.DeleteAsync($"commands/{id}");
        Assert.True(answer.IsSuccessStatusCode, $"{id}: {answer.StatusCode}");
    }

    /// <summary>Waits until a command is in a state.</summary>
    public Task UntilAsync(string id, string status) => Eventually.GetAsync(
        () => _http.GetFromJsonAsync<JsonElement>($"commands/{id}"), command => command.GetProperty("status").GetString() == status);

    public async Task<int> CountAsync() => (await _http.GetFromJsonAsync<JsonElement>("commands")).GetProperty("commands").GetArrayLength();

    public void Dispose() => _http.Dispose();
}
