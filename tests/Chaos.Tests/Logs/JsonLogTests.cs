using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Rollcall.Support.Fleets;
using Rollcall.Support.Processes;

namespace Rollcall.Logs;

/// <summary>What a collector of logs reads from a real process.</summary>
public sealed class JsonLogTests(ITestOutputHelper output) : CrashTest(output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_line_is_an_object_names_its_request_and_holds_no_secret()
    {
        var place = Install();
        var command = place.Run("portal-token", "--customer", "acme", "--role", "owner");
        Assert.Equal(0, await command.ExitCodeAsync(Soon));
        var owner = Assert.Single(command.Output);
        var gateway = place.RunWith(
            new() { ["LOG_FORMAT"] = "json", ["Logging__LogLevel__Default"] = "Debug",
                ["SESSION_SIGNING_KEYS"] = $"k:{Convert.ToBase64String(new byte[32])}" });
        using var http = new HttpClient { BaseAddress = place.Address };
        await Eventually.IsSoAsync(() => gateway.Output.Any(line => line.Contains("Portal: ", StringComparison.Ordinal)), Soon, () => gateway.Said);

        var created = await SendAsync(http, HttpMethod.Post, "/api/v1/customer/devices?secret=true", owner, new { deviceId = "lamp" });
        var secret = created.GetProperty("deviceSecret").GetString()!;
        var session = await SendAsync(http, HttpMethod.Post, "/api/v1/device/auth", "", new { deviceId = "lamp", deviceSecret = secret });
        var token = session.GetProperty("token").GetString()!;
        await SendAsync(http, HttpMethod.Post, "/api/v1/device/heartbeat", token, new { });
        await http.GetAsync(new Uri("/hubs/portal?access_token=" + owner, UriKind.Relative));
        await SendAsync(http, HttpMethod.Patch, "/api/v1/customer/devices/lamp", owner, new { name = "changed" }, requestId: "the-patch");
        await Eventually.IsSoAsync(() => gateway.Output.Any(line => line.Contains("PATCH", StringComparison.Ordinal)), Soon, () => gateway.Said);

        Signals.Terminate(gateway.Id);
        Assert.Equal(0, await gateway.ExitCodeAsync(Soon));
        var lines = gateway.Output.Select(line => JsonElement.Parse(line)).ToArray();
        Assert.All(lines, line => Assert.True(line.TryGetProperty("Timestamp", out _) && line.TryGetProperty("LogLevel", out _), line.ToString()));
        var patch = lines.Single(line => line.GetProperty("Message").GetString()!.StartsWith("PATCH", StringComparison.Ordinal));
        Assert.Contains(patch.GetProperty("Scopes")
            .EnumerateArray(), scope => scope.TryGetProperty("RequestId", out var id) && id.GetString() == "the-patch");
        Assert.Contains(
            lines, line => line.GetProperty("Message").GetString()!.StartsWith("POST /api/v1/device/heartbeat", StringComparison.Ordinal));
        foreach (var hidden in new[] { owner, owner.Split('.')[2], secret, token, token.Split('.')[2], Convert.ToBase64String(new byte[32]) })
        {
            Assert.DoesNotContain(hidden, gateway.Said, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> SendAsync(
        HttpClient http, HttpMethod method, string path, string token, object body, string? requestId = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = token.Length > 0 ? new AuthenticationHeaderValue("Bearer", token) : null;
        if (requestId is not null)
        {
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/merge-patch+json");
            request.Headers.Add("X-Request-ID", requestId);
        }

        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}
