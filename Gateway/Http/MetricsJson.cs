using System.Text.Json.Serialization;

namespace Rollcall.Http;

/// <summary>Metrics as they are stored. Their names are the device's own, so no naming policy applies.</summary>
[JsonSerializable(typeof(Dictionary<string, double>))]
internal sealed partial class MetricsJson : JsonSerializerContext;
