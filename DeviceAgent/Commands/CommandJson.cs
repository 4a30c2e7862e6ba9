using System.Text.Json.Serialization;
using Rollcall.DeviceAgent.Commands.Handlers;

namespace Rollcall.DeviceAgent.Commands;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PongResult))]
[JsonSerializable(typeof(IntervalResult))]
[JsonSerializable(typeof(RestartResult))]
[JsonSerializable(typeof(Diagnostics))]
internal sealed partial class ResultJson : JsonSerializerContext;
