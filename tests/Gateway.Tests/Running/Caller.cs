namespace Rollcall.Running;

/// <summary>Somebody who calls the gateway, with the headers that say who.</summary>
public sealed class Caller(TestGateway gateway, params (string Name, string Value)[] headers)
{
    public Caller With(string name, string value) => new(gateway, [.. headers, (name, value)]);

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string path, string? json = null) => SendAsync("POST", path, json is null ? null : Body.Json(json));

    public Task<Answer> PatchAsync(string path, string json) => SendAsync("PATCH", path, Body.Of(json, "application/merge-patch+json"));

    public Task<Answer> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Sends, and checks what the contract says of every answer.</summary>
    public async Task<Answer> SendAsync(string method, string path, HttpContent? body = null)
    {
        var answer = await SendUncheckedAsync(method, path, body);
        ContractChecks.CheckAnswer(answer);
        return answer;
    }

    /// <summary>Sends the path as it is written, also one that is none.</summary>
    public async Task<Answer> SendUncheckedAsync(string method, string path, HttpContent? body = null)
    {
        var uri = new Uri(gateway.Address.GetLeftPart(UriPartial.Authority) + path,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri) { Content = body };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value), name);
        }

        using var response = await gateway.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
