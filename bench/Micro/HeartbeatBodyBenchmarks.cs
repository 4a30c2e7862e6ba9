using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using Rollcall.DeviceApi.Messages;

namespace Rollcall.Micro;

/// <summary>
/// Reading a beat's body, against what System.Text.Json takes to read the same bytes into a record. The record is not yet what is kept: the
/// second row makes it that.
/// </summary>
public class HeartbeatBodyBenchmarks
{
    private byte[] _body = [];

    /// <summary>Metrics in the body: the three that all devices have, or these and as many more as are kept.</summary>
    [Params(3, 35)]
    public int Metrics { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var more = Enumerable.Range(0, Metrics - 3)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $",\"sensor.{number}\":{number}.25"));
        _body = Encoding.UTF8.GetBytes(
            $$$"""{"status":"healthy","metrics":{"cpu":12.5,"memory":40,"uptime":3600{{{string.Concat(more)}}}}}""");
        Require.That(HeartbeatParser.TryRead(_body, out var said, out _) && said.Ignored is null, "the body is not taken whole");
        Require.That(said.Metrics == MetricsOfRecord(), "both ways do not come to the same");
    }

    [Benchmark(Baseline = true)]
    public object Record() => JsonSerializer.Deserialize(_body, PlainJson.Default.PlainBeat)!;

    [Benchmark]
    public string MetricsOfRecord() =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize(_body, PlainJson.Default.PlainBeat)!.Metrics, PlainJson.Default.DictionaryStringDouble);

    [Benchmark]
    public string? TryRead() => HeartbeatParser.TryRead(_body, out var said, out _) ? said.Metrics : null;
}

/// <summary>A beat as one would write it without a reader of its own.</summary>
internal sealed record PlainBeat(string? Status, Dictionary<string, double> Metrics);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PlainBeat))]
internal sealed partial class PlainJson : JsonSerializerContext;
