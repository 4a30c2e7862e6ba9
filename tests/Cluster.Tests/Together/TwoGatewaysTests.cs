using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Rollcall.Running;
using Rollcall.Support.Http;

namespace Rollcall.Together;

/// <summary>No gateway holds anything of a device or a portal that another would need.</summary>
public sealed class TwoGatewaysTests(SharedCluster shared)
{
    [Fact]
    public async Task A_device_signs_in_at_one_gateway_beats_at_the_other_and_a_portal_at_the_first_sees_it()
    {
        var cluster = await shared.WholeAsync();
        var device = (await cluster.AddDevicesAsync(1, "walker-"))[0];
        await using var hub = await OpenAsync(cluster.Gateways[0].Address);
        var seen = new TaskCompletionSource<JsonElement>();
        hub.On<JsonElement>("device_status", told =>
        {
            if (told.EnumerateArray().FirstOrDefault(
                one => one.GetProperty("deviceId").GetString() == device.Id
                    && one.GetProperty("status").GetString() == "online") is { ValueKind: JsonValueKind.Object } online)
            {
                seen.TrySetResult(online);
            }
        });
        var snapshot = await hub.InvokeAsync<JsonElement>("Watch", new { deviceIds = new[] { device.Id } });
        Assert.Equal("offline", snapshot.GetProperty("devices")[0].GetProperty("status").GetString());

        var first = device.At(cluster.Addresses[0]);
        (await first.SignInAsync()).Is(200);
        var second = first.At(cluster.Addresses[1]);
        (await second.BeatAsync()).Is(200);
        Assert.Equal(1, (await seen.Task.WaitAsync(TimeSpan.FromSeconds(20))).GetProperty("seq").GetInt64());

        (await second.Owner.PatchAsync(second.Path, """{"mode":"disabled"}""")).Is(200);
        (await first.BeatAsync()).Is(403);
    }

    [Fact]
    public async Task A_retry_with_its_key_at_the_other_gateway_is_the_same_command_and_a_caller_there_is_told_of_its_end()
    {
        var cluster = await shared.WholeAsync();
        var device = (await cluster.AddDevicesAsync(1, "asked-"))[0];
        using var first = cluster.Portal(gateway: 0);
        using var second = cluster.Portal(gateway: 1);
        const string Echo = """{"command":"echo"}""";
        var sent = await first.SendAsync(device.Id, Echo, key: "order-17");
        Assert.Equal((202, Id(sent.Body)), Of(await second.SendAsync(device.Id, Echo, key: "order-17")));
        Assert.Equal(409, (await second.SendAsync(device.Id, """{"command":"other"}""", key: "order-17")).Status);

        var waiting = second.SendAsync(device.Id, Echo, wait: 20, key: "order-17");
        var asked = device.At(cluster.Addresses[0]);
        (await asked.SignInAsync()).Is(200);
        (await asked.ReportAsync(Id(sent.Body)!, "completed")).Is(200);
        Assert.Equal((200, Id(sent.Body)), Of(await waiting));

        static string? Id(JsonElement command) => command.GetProperty("id").GetString();

        static (int, string?) Of((int Status, JsonElement Body) answer) => (answer.Status, Id(answer.Body));
    }

    [Fact]
    public async Task Both_gateways_know_that_cluster_database_and_redis_are_there()
    {
        var cluster = await shared.WholeAsync();
        using var http = new HttpClient();
        foreach (var address in cluster.Addresses)
        {
            var ready = await http.GetFromJsonAsync<JsonElement>(new Uri(address, "readyz"));
            Assert.True(ready.GetProperty("ready").GetBoolean());
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(address, "readyz")));
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
            Assert.All(ready.GetProperty("dependencies").EnumerateObject(), dependency => Assert.Equal("ok", dependency.Value.GetString()));
        }

        foreach (var (silo, path) in cluster.Silos.SelectMany(silo => new[] { "healthz", "readyz", "metrics" }.Select(path => (silo, path))))
        {
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri($"http://127.0.0.1:{silo.HealthPort}/{path}")));
            Assert.Equal((HttpStatusCode.OK, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync()).Length));
        }
    }

    private static async Task<HubConnection> OpenAsync(Uri gateway)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(gateway, "hubs/portal"), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = true;
            options.AccessTokenProvider = () => Task.FromResult<string?>(PortalToken.Of("viewer", Cluster.Customer));
        }).Build();
        await hub.StartAsync();
        return hub;
    }
}
