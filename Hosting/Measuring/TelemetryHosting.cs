using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rollcall.Running;

namespace Rollcall.Measuring;

/// <summary>Collects what happens and hands it on. Nobody asked for it: nothing is collected, and nothing costs.</summary>
public static class TelemetryHosting
{
    /// <summary>Share of traces kept unless OTEL_TRACES_SAMPLER says otherwise: a thousand beats a second are ten traces a second.</summary>
    private const double Share = 0.01;

    private const string MetricsPath = "/metrics";

    private static readonly string[] Meters =
    [
        Instrumentation.Name, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.RateLimiting", "Microsoft.AspNetCore.Http.Connections", "System.Runtime",
    ];

    private static readonly PathString[] Unremarkable = ["/healthz", "/readyz", "/health", MetricsPath];

    /// <summary>Sends to the collector of OTEL_EXPORTER_OTLP_ENDPOINT; keeps metrics for Prometheus when <paramref name="page"/> says so.</summary>
    /// <param name="service">The process' name unless OTEL_SERVICE_NAME says otherwise.</param>
    /// <returns>The settings; who hosts Orleans passes activities on when traces are sent.</returns>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static TelemetrySettings AddTelemetry(this IHostApplicationBuilder builder, string service, bool page)
    {
        var settings = new TelemetrySettings(builder.Configuration);
        if (page || settings.SendsMetrics || settings.SendsTraces)
        {
            builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
                .AddService(settings.ServiceName ?? service, serviceVersion: BuildVersion.Whole)
                .AddEnvironmentVariableDetector());
        }

        if (page || settings.SendsMetrics)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.Collect(settings, page));
        }

        if (settings.SendsTraces)
        {
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.Collect(settings));
        }

        return settings;
    }

    /// <summary>Serves <c>/metrics</c> on this port and nothing else there. Told by the socket: a caller chooses its Host header.</summary>
    public static void UseMetricsPort(this IApplicationBuilder app, int port) => app.MapWhen(
        context => context.Connection.LocalPort == port,
        metrics => metrics.UseMetricsPage());

    /// <summary>Serves <c>/metrics</c> to whoever reaches this program.</summary>
    public static void UseMetricsPage(this IApplicationBuilder app) => app.UseOpenTelemetryPrometheusScrapingEndpoint(MetricsPath);

    private static void Collect(this MeterProviderBuilder metrics, TelemetrySettings settings, bool page)
    {
        metrics.AddMeter(Meters);
        if (page)
        {
            metrics.AddPrometheusExporter();
        }

        if (settings.SendsMetrics)
        {
            metrics.AddOtlpExporter();
        }
    }

    private static void Collect(this TracerProviderBuilder traces, TelemetrySettings settings)
    {
        traces.AddSource(Instrumentation.Name, "Microsoft.Orleans.*", "Npgsql");
        traces.AddAspNetCoreInstrumentation(web => web.Filter = context => !Unremarkable.Contains(context.Request.Path));
        traces.AddOtlpExporter();
        if (!settings.HasSampler)
        {
            // Whoever calls must not decide what we record: of a remote parent only its id counts, from which every process decides the same.
            var share = new TraceIdRatioBasedSampler(Share);
            traces.SetSampler(new LinkedSampler(new ParentBasedSampler(share, remoteParentSampled: share, remoteParentNotSampled: share)));
        }
    }
}
