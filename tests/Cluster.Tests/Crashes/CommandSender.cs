using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Rollcall.Running;
using Rollcall.Support.Http;

namespace Rollcall.Crashes;

/// <summary>A customer that sends commands through either gateway, and asks again under the same key until one of them answers.</summary>
internal sealed class CommandSender : IDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    private readonly HttpClient[] _gateways;
    private int _refused;

    public CommandSender(IEnumerable<Uri> gateways) => _gateways = [.. gateways.Select(address => new HttpClient
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(15),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("operator", Cluster.Customer)) },
    })];

    /// <summary>The id under which each key was accepted.</summary>
    public ConcurrentDictionary<string, (string DeviceId, string Id, string Body)> Accepted { get; } = new();

    /// <summary>Answers that were not yes: in a crash some are lost.</summary>
    public int Refused => _refused;

    public async Task SendAsync(string key, string deviceId, string command, int ttlSeconds, int gateway, CancellationToken patience)
    {
        var body = string.Create(CultureInfo.InvariantCulture,
            $$"""{"command":"{{command}}","parameters":{"key":"{{key}}"},"ttlSeconds":{{ttlSeconds}}}""");
        Accepted[key] = (deviceId, await UntilAnsweredAsync(() => _gateways[gateway++ % _gateways.Length], key, deviceId, body, patience), body);
    }

    /// <summary>The same under the same key, at both gateways: the same command.</summary>
    public async Task AskAgainAsync(CancellationToken patience)
    {
        await Parallel.ForEachAsync(Accepted, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = patience }, async (one, stop) =>
        {
            foreach (var gateway in _gateways)
            {
                Assert.Equal(one.Value.Id, await UntilAnsweredAsync(() => gateway, one.Key, one.Value.DeviceId, one.Value.Body, stop));
            }
        });
    }

    public void Dispose() => Array.ForEach(_gateways, gateway => gateway.Dispose());

    private async Task<string> UntilAnsweredAsync(Func<HttpClient> gateway, string key, string deviceId, string body, CancellationToken patience)
    {
        while (true)
        {
            if (await PostAsync(gateway(), key, deviceId, body, patience) is { } id)
            {
                return id;
            }

            Interlocked.Increment(ref _refused);
            await Task.Delay(Again, TimeProvider.System, patience);
        }
    }

    private static async Task<string?> PostAsync(HttpClient gateway, string key, string deviceId, string body, CancellationToken patience)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/customer/devices/{deviceId}/commands")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", key } },
        };
        try
        {
            using var answer = await gateway.SendAsync(request, patience);
            var text = await answer.Content.ReadAsStringAsync(patience);
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.ServiceUnavailable,
                $"{(int)answer.StatusCode} {text}");
            return answer.IsSuccessStatusCode ? JsonElement.Parse(text).GetProperty("id").GetString() : null;
        }
        catch (Exception lost)
            when (lost is HttpRequestException or IOException || (lost is OperationCanceledException && !patience.IsCancellationRequested))
        {
            return null;
        }
    }
}
