using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Rollcall.Portal.Commands;
using Rollcall.Portal.Enrolment;
using Rollcall.Portal.Fleet;
using Rollcall.Portal.Secrets;
using Rollcall.Portal.Shell;
using Rollcall.Portal.SignIn;

namespace Rollcall.Portal.Devices;

/// <summary>The portal's REST calls (contract: Portal REST). Never throws for an answer: a problem is a value.</summary>
public sealed class CustomerApi(HttpClient http, UserSession session, ServerClock clock, TimeProvider here)
{
    private const string Devices = "api/v1/customer/devices";
    private const string EnrolmentKeys = "api/v1/customer/enrolment-keys";
    private const string MergePatch = "application/merge-patch+json";

    /// <summary>Whether the token is good, and what time it is over there.</summary>
    public async Task<Answer<ListAnswer>> LookAsync()
    {
        var asked = here.GetUtcNow();
        var answer = await SendAsync(HttpMethod.Get, Devices + "?limit=1", PortalJson.Default.ListAnswer);
        if (answer.Value is { } list)
        {
            clock.Set(list.AsOf, asked, here.GetUtcNow());
        }

        return answer;
    }

    public Task<Answer<Device>> ReadAsync(string id) => SendAsync(HttpMethod.Get, Of(id), PortalJson.Default.Device);

    public Task<Answer<CreatedDevice>> CreateAsync(NewDevice device, bool withSecret) => SendAsync(
        HttpMethod.Post, Devices + (withSecret ? "?secret=true" : ""), PortalJson.Default.CreatedDevice,
        JsonSerializer.Serialize(device, PortalJson.Default.NewDevice));

    /// <param name="ifMatch">The version that the user saw; null: whatever it is.</param>
    public Task<Answer<Device>> PatchAsync(string id, JsonObject patch, string? ifMatch = null) =>
        SendAsync(HttpMethod.Patch, Of(id), PortalJson.Default.Device, patch.ToJsonString(), MergePatch,
            ifMatch is null ? null : ("If-Match", ifMatch));

    public async Task<ApiProblem?> DeleteAsync(string id) => (await SendAsync(HttpMethod.Delete, Of(id), PortalJson.Default.Device)).Problem;

    public async Task<ApiProblem?> EndSessionAsync(string id) =>
        (await SendAsync(HttpMethod.Delete, Of(id) + "/session", PortalJson.Default.Device)).Problem;

    public Task<Answer<MadeSecret>> ReplaceSecretAsync(string id, NewSecret secret) => SendAsync(
        HttpMethod.Post, Of(id) + "/secret", PortalJson.Default.MadeSecret, JsonSerializer.Serialize(secret, PortalJson.Default.NewSecret));

    public Task<Answer<PresenceEvents>> EventsAsync(string id, long after, int limit) =>
        SendAsync(HttpMethod.Get, $"{Of(id)}/events?after={after}&limit={limit}", PortalJson.Default.PresenceEvents);

    public Task<Answer<PresenceEvents>> OldestEventsAsync(string id, int limit) =>
        SendAsync(HttpMethod.Get, $"{Of(id)}/events?limit={limit}", PortalJson.Default.PresenceEvents);

    public Task<Answer<KeyList>> ListKeysAsync() => SendAsync(HttpMethod.Get, EnrolmentKeys, PortalJson.Default.KeyList);

    public Task<Answer<CreatedKey>> CreateKeyAsync(NewKey key) => SendAsync(
        HttpMethod.Post, EnrolmentKeys, PortalJson.Default.CreatedKey, JsonSerializer.Serialize(key, PortalJson.Default.NewKey));

    public async Task<ApiProblem?> RevokeKeyAsync(string id) =>
        (await SendAsync(HttpMethod.Delete, $"{EnrolmentKeys}/{Uri.EscapeDataString(id)}", PortalJson.Default.CreatedKey)).Problem;

    /// <param name="status">Only those with this one; null: all.</param>
    /// <param name="cursor">Of the former page; null: the newest.</param>
    public Task<Answer<CommandPage>> CommandsAsync(string id, string? status, string? cursor, int limit) => SendAsync(
        HttpMethod.Get,
        $"{Of(id)}/commands?limit={limit}"
            + $"{(status is null ? "" : "&status=" + status)}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}",
        PortalJson.Default.CommandPage);

    /// <param name="key">The same for the same command, however often it is sent.</param>
    public Task<Answer<Command>> SendCommandAsync(string id, string body, string key) =>
        SendAsync(HttpMethod.Post, Of(id) + "/commands", PortalJson.Default.Command, body, header: ("Idempotency-Key", key));

    public Task<Answer<Command>> ReadCommandAsync(Command command) => SendAsync(HttpMethod.Get, Of(command), PortalJson.Default.Command);

    public Task<Answer<Command>> CancelCommandAsync(Command command) => SendAsync(HttpMethod.Delete, Of(command), PortalJson.Default.Command);

    private static string Of(Command command) => $"{Of(command.DeviceId)}/commands/{Uri.EscapeDataString(command.Id)}";

    private static string Of(string id) => $"{Devices}/{Uri.EscapeDataString(id)}";

    private async Task<Answer<T>> SendAsync<T>(
        HttpMethod method, string path, JsonTypeInfo<T> type, string? body = null, string mediaType = "application/json",
        (string Name, string Value)? header = null)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        }

        if (header is { } further)
        {
            request.Headers.TryAddWithoutValidation(further.Name, further.Value);
        }

        try
        {
            using var response = await http.SendAsync(request);
            return await Read(response, type);
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return new Answer<T>(null, ApiProblem.NoAnswer);
        }
    }

    private async Task<Answer<T>> Read<T>(HttpResponseMessage response, JsonTypeInfo<T> type) where T : class
    {
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            session.Refuse();
        }

        try
        {
            return response.IsSuccessStatusCode
                ? new Answer<T>(text.Length == 0 ? null : JsonSerializer.Deserialize(text, type), null, response.Headers.ETag?.ToString())
                : new Answer<T>(null, JsonSerializer.Deserialize(text, PortalJson.Default.ApiProblem));
        }
        catch (JsonException)
        {
            // Something between here and the gateway answered in its place.
            return new Answer<T>(
                null, new ApiProblem((int)response.StatusCode, null, $"The answer ({(int)response.StatusCode}) cannot be read.", null));
        }
    }
}
