using Microsoft.Extensions.Configuration;

namespace Rollcall.Measuring;

/// <summary>Where a process sends what it measures, by the names that every OpenTelemetry program knows.</summary>
/// <exception cref="SettingException">One of them is wrong.</exception>
public sealed class TelemetrySettings(IConfiguration configuration)
{
    private readonly bool _collector = ReadCollector(configuration);

    /// <summary>Spans go to the collector: OTEL_EXPORTER_OTLP_ENDPOINT is set, and OTEL_TRACES_EXPORTER is not <c>none</c>.</summary>
    public bool SendsTraces => _collector && configuration.Text("OTEL_TRACES_EXPORTER") != "none";

    /// <summary>Metrics go to the collector: OTEL_EXPORTER_OTLP_ENDPOINT is set, and OTEL_METRICS_EXPORTER is not <c>none</c>.</summary>
    public bool SendsMetrics => _collector && configuration.Text("OTEL_METRICS_EXPORTER") != "none";

    /// <summary>OTEL_TRACES_SAMPLER: the SDK reads it itself. Default: one trace of a hundred, and every flush that stores a beat of one.</summary>
    public bool HasSampler => configuration.Text("OTEL_TRACES_SAMPLER") is not null;

    /// <summary>OTEL_SERVICE_NAME. Default <c>rollcall-gateway</c> or <c>rollcall-silo</c>.</summary>
    public string? ServiceName => configuration.Text("OTEL_SERVICE_NAME");

    private static bool ReadCollector(IConfiguration configuration)
    {
        const string Name = "OTEL_EXPORTER_OTLP_ENDPOINT";
        var address = configuration.Text(Name);
        return address is null || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"))
            ? address is not null && configuration.Text("OTEL_SDK_DISABLED") != "true"
            : throw new SettingException(Name, $"must be an http or https address such as http://localhost:4317, not '{address}'.");
    }
}
