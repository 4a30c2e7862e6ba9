using System.Text;

namespace Rollcall.Support.Http;

/// <summary>Somebody who calls a gateway, with the headers that say who.</summary>
/// <param name="gateway">Its root; paths are below it.</param>
/// <param name="check">Looks at every answer; null: the test does.</param>
public sealed class Caller(HttpClient http, Uri gateway, Action<Answer>? check = null, params (string Name, string Value)[] headers)
{
    private static readonly HttpClient Shared = NewClient();

    /// <summary>Nobody in particular, over connections that all such callers share.</summary>
    public static Caller At(Uri gateway) => new(Shared, gateway);

    /// <summary>A client that adds nothing to what a caller says.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    });

    public Caller With(string name, string value) => new(http, gateway, check, [.. headers, (name, value)]);

    /// <summary>Somebody of a customer, where the gateway believes <see cref="PortalToken.KeySetting"/>.</summary>
    public Caller As(string role, string customer = "demo") => With("Authorization", "Bearer " + PortalToken.Of(role, customer));

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string path, string? json = null) => SendAsync("POST", path, json is null ? null : Body.Json(json));

    public Task<Answer> PatchAsync(string path, string json) => SendAsync("PATCH", path, Body.Of(json, "application/merge-patch+json"));

    public Task<Answer> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Sends, and checks the answer.</summary>
    public async Task<Answer> SendAsync(string method, string path, HttpContent? body = null)
    {
        var answer = await SendUncheckedAsync(method, path, body);
        check?.Invoke(answer);
        return answer;
    }

    /// <summary>Sends the path as it is written, also one that is none.</summary>
    public async Task<Answer> SendUncheckedAsync(string method, string path, HttpContent? body = null)
    {
        var uri = new Uri(gateway.GetLeftPart(UriPartial.Path).TrimEnd('/') + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = body };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
