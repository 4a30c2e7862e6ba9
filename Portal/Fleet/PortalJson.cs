using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Portal.Commands;
using Rollcall.Portal.Devices;
using Rollcall.Portal.Enrolment;
using Rollcall.Portal.Secrets;

namespace Rollcall.Portal.Fleet;

/// <summary>
/// All JSON of the page, generated at build time: what is published is trimmed. Deeper than usual: a result may be as deep as a
/// reader follows, and stands within a list.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 128)]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Device))]
[JsonSerializable(typeof(Device[]))]
[JsonSerializable(typeof(Counts))]
[JsonSerializable(typeof(Removed))]
[JsonSerializable(typeof(WatchRequest))]
[JsonSerializable(typeof(WatchAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(NewDevice))]
[JsonSerializable(typeof(CreatedDevice))]
[JsonSerializable(typeof(PresenceEvents))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(CreatedKey))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(NewSecret))]
[JsonSerializable(typeof(MadeSecret))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(CommandPage))]
[JsonSerializable(typeof(ApiProblem))]
public sealed partial class PortalJson : JsonSerializerContext;
