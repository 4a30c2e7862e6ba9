using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Rollcall.Running;
using Rollcall.Support.Http;

namespace Rollcall.Together;

/// <summary>The real agent's program against two gateways.</summary>
public sealed class AgentTests(SharedCluster shared)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Agents_join_by_a_key_of_either_gateway_are_seen_at_the_other_counted_in_the_metrics_and_offline_when_killed()
    {
        var cluster = await shared.WholeAsync();
        var before = (await Cluster.ReadAsync("rollcall_beats_total", cluster.Silos)).Sum();
        using var here = cluster.Portal(gateway: 0);
        using var there = cluster.Portal(gateway: 1);

        // One key from the settings of migrate, one made over REST at the gateway that the agents do not use.
        var pumps = cluster.RunAgents(0, Cluster.EnrolmentKey, "pump", 3);
        var fans = cluster.RunAgents(1, await KeyAsync(cluster.Gateways[0], devices: 2), "fan", 3);
        await there.AllAreAsync("online", "pump-", 3, Soon);
        await here.AllAreAsync("online", "fan-", 2, Soon);
        await Eventually.IsSoAsync(
            async () => (await Cluster.ReadAsync("rollcall_beats_total", cluster.Silos)).Sum() >= before + 10, Soon, () => "silos count beats");
        foreach (var gateway in cluster.Gateways)
        {
            Assert.Contains("rollcall_portals", await Cluster.MetricsAsync(gateway), StringComparison.Ordinal);
        }

        // A key for two has room for two; the third says what is wrong.
        await Eventually.IsSoAsync(() => fans.Said.Contains("1 failing (400 INVALID_ENROLMENT_KEY)", StringComparison.Ordinal), Soon,
            () => $"it says so: {fans.Said}");
        Assert.DoesNotContain(Cluster.EnrolmentKey, pumps.Said, StringComparison.Ordinal);

        await Task.WhenAll(pumps.KillAsync(), fans.KillAsync());
        await here.AllAreAsync("offline", "pump-", 3, cluster.Timeout + Soon);
        await there.AllAreAsync("offline", "fan-", 2, Soon);
        Assert.Equal("heartbeat_timeout", (await there.EventsAsync("pump-00001"))[^1].Reason);
    }

    private static async Task<string> KeyAsync(Member gateway, int devices)
    {
        using var http = new HttpClient {
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("owner", Cluster.Customer)) } };
        using var answer = await http.PostAsJsonAsync(
            new Uri(gateway.Address, "api/v1/customer/enrolment-keys"), new { name = "fans", maxDevices = devices });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("enrolmentKey").GetString()!;
    }
}
