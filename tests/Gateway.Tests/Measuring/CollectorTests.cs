using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rollcall.Running;

namespace Rollcall.Measuring;

/// <summary>
/// What a collector of the OpenTelemetry protocol gets. Alone: the library keeps one series for instruments of one name, whichever gateway of this
/// process they are of, and ends it with the first gateway that stops.
/// </summary>
[Collection<Alone>]
public sealed class CollectorTests
{
    [Fact]
    public async Task Metrics_and_traces_arrive_a_flush_among_them_and_no_secret_in_any()
    {
        await using var collector = await Collector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_TRACES_SAMPLER", "always_on"),
            ("OTEL_SERVICE_NAME", "roll-under-test"));
        var device = await TestDevice.SignedInAsync(gateway);
        var portal = gateway.PortalToken("viewer", device.Customer);
        (await device.BeatAsync()).Is(200);
        (await gateway.Nobody.SendUncheckedAsync("GET", "/hubs/portal?access_token=" + portal)).Is(400);

        var traces = await collector.GetAsync("/v1/traces", "journal flush", "/hubs/portal", "roll-under-test");
        Assert.Contains("/api/v1/device/heartbeat", traces, StringComparison.Ordinal);
        var metrics = await collector.GetAsync("/v1/metrics", "rollcall.beats", "rollcall.journal.flush.duration", "roll-under-test");
        foreach (var secret in new[] { device.Secret, device.Token, portal })
        {
            Assert.DoesNotContain(secret, traces + metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_set_to_none_is_not_sent()
    {
        await using var collector = await Collector.StartAsync();
        await using var gateway = await TestGateway.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_TRACES_EXPORTER", "none"));
        (await (await TestDevice.SignedInAsync(gateway)).BeatAsync()).Is(200);
        await collector.GetAsync("/v1/metrics", "rollcall.beats", "rollcall-gateway");
        Assert.Null(gateway.Services.GetService(typeof(OpenTelemetry.Trace.TracerProvider)));
    }

    /// <summary>Takes whatever is posted. Texts in protobuf are plain bytes, so they can be looked for.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Text)> _taken = new();

        public string Address => app.Urls.First();

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var collector = new Collector(app);
            app.Run(collector.TakeAsync);
            await app.StartAsync();
            return collector;
        }

        /// <summary>All that came to this path, once all of these texts are in it.</summary>
        public Task<string> GetAsync(string path, params string[] texts) => Eventually.GetAsync(
            () => string.Concat(_taken.Where(one => one.Path == path).Select(one => one.Text)),
            all => texts.All(text => all.Contains(text, StringComparison.Ordinal)));

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _taken.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        }
    }
}
