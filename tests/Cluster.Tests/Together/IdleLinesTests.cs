using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Npgsql;
using Rollcall.Running;
using Rollcall.Support.Devices;
using Rollcall.Support.Http;
using Rollcall.Support.Proxies;
using Rollcall.Support.Servers;

namespace Rollcall.Together;

/// <summary>
/// Between silos and PostgreSQL as people run it: a server that ends idle sessions after 2 s, behind a haproxy that ends silent lines after
/// 8.
/// </summary>
public sealed class IdleLinesTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(9);

    [Fact]
    public async Task After_a_silence_everything_is_answered_as_ever_and_an_answer_cut_off_is_no_conflict()
    {
        Assert.SkipWhen(Cluster.Missing is not null, Cluster.Missing ?? "");
        var missing = MiddleServer.Missing("haproxy");
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using var way = new Way();
        await using var cluster = await Cluster.StartAsync(silos: 1, gateways: 1, timeoutSeconds: 60, way: way.OpenAsync);
        var devices = (await cluster.AddDevicesAsync(2, "idle-")).Select(device => device.At(cluster.Addresses[0])).ToArray();
        using var http = new HttpClient { BaseAddress = cluster.Gateways[0].Address };
        using var owner = new HttpClient { BaseAddress = new Uri(http.BaseAddress!, "api/v1/customer/") };
        owner.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("owner", Cluster.Customer));
        (await devices[0].SignInAsync()).Is(200);
        (await devices[0].BeatAsync()).Is(200);
        await Task.Delay(Silence, TimeProvider.System);

        // Each begins something of another kind: a creation, a state of a grain, a flush, a session with its reminder, a read.
        var answers = new[]
        {
            await Status(owner.PostAsJsonAsync("devices", new { deviceId = "idle-new" })),
            await Status(owner.PostAsJsonAsync("enrolment-keys", new { name = "key" })),
            (await devices[0].BeatAsync()).Status,
            (await devices[1].SignInAsync()).Status,
            (await devices[1].BeatAsync()).Status,
            await Status(owner.PostAsJsonAsync($"devices/{devices[0].Id}/commands", new { command = "echo" })),
            await Status(http.PostAsJsonAsync("api/v1/device/register", new { deviceId = "idle-joins", enrolmentKey = Cluster.EnrolmentKey })),
            await Status(owner.GetAsync("devices")),
        };
        Assert.Equal([201, 201, 200, 200, 200, 202, 201, 200], answers);
        Assert.DoesNotContain("away", cluster.Said(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", cluster.Said(), StringComparison.Ordinal);

        // A creation whose answer is cut off has its answer all the same; a change is unknown, then read: nothing fences its next.
        // By what is in it: a statement that was prepared goes without its words.
        way.Cutter!.CutAnswerTo("idle-cut");
        Assert.Equal(201, await Status(owner.PostAsJsonAsync("devices?secret=true", new { deviceId = "idle-cut" })));
        way.Cutter.CutAnswerTo("Severed");
        Assert.Equal(503, await PatchAsync(owner, devices[0]));
        await Eventually.IsSoAsync(async () => await PatchAsync(owner, devices[0]) == 200, TimeSpan.FromSeconds(10), cluster.Said);
        (await devices[0].BeatAsync()).Is(200);
        Assert.Equal(2, way.Cutter.Cuts);
        Assert.DoesNotContain("outcome=\"fenced\"", await Cluster.MetricsAsync(cluster.Silos[0]), StringComparison.Ordinal);

        // A silo that loses the database just while it starts ends as it does without one: the orchestrator tries again.
        way.Cutter.CutAnswerTo("OrleansQuery");
        var unlucky = cluster.RunSilo();
        Assert.Equal(2, await unlucky.ExitCodeAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("DATABASE_URL names a database that went away while this silo started", unlucky.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", unlucky.Said, StringComparison.Ordinal);
    }

    private static Task<int> PatchAsync(HttpClient owner, TestDevice device) =>
        Status(owner.PatchAsync($"devices/{device.Id}", new StringContent("""{"name":"Severed"}""", Encoding.UTF8, "application/merge-patch+json")));

    private static async Task<int> Status(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return (int)answer.StatusCode;
    }

    /// <summary>From silos to PostgreSQL.</summary>
    private sealed class Way : IAsyncDisposable
    {
        private MiddleServer? _haproxy;

        public Cutter? Cutter { get; private set; }

        public async Task<string> OpenAsync(PostgresServer postgres)
        {
            await using (var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false"))
            {
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand("ALTER DATABASE postgres SET idle_session_timeout = '2s'", connection);
                await command.ExecuteNonQueryAsync();
            }

            Cutter = new Cutter(postgres.Port);
            _haproxy = await MiddleServer.HaproxyAsync((port, _) => $"""
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 8s
                  timeout server 8s
                listen postgres
                  bind 127.0.0.1:{port}
                  server one 127.0.0.1:{Cutter.Port}

                """);
            return new UriBuilder(postgres.Url) { Port = _haproxy.Port }.Uri.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            Cutter?.Dispose();
            if (_haproxy is not null)
            {
                await _haproxy.DisposeAsync();
            }
        }
    }
}
