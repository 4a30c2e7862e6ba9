using System.Text.Json.Serialization;

namespace Rollcall.Http;

/// <summary>Metrics as they are kept: names are the device's own, so no naming policy touches them.</summary>
[JsonSerializable(typeof(Dictionary<string, double>))]
internal sealed partial class MetricsJson : JsonSerializerContext;
