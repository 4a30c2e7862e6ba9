using System.Text.Json;
using Rollcall.Devices;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.PortalApi.Devices;

/// <summary>A merge patch, in which absent and null differ.</summary>
internal sealed record PatchBody(DevicePatch Patch) : IBody<PatchBody>
{
    /// <summary>Of a maintenance from now on.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static int MostBytes => 16 * 1024;

    public static string[] ContentTypes => ["application/merge-patch+json", "application/json"];

    public static Type Schema => typeof(PatchDeviceRequest);

    public static bool IsRequired => true;

    public static (PatchBody? Value, Problem? Problem) Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return (null, Problem.Invalid("The body is missing."));
        }

        try
        {
            return Read(JsonElement.Parse(json));
        }
        catch (JsonException malformed)
        {
            return (null, Json.Malformed(malformed));
        }
        catch (InvalidOperationException)
        {
            // The name of a member: it is read when a member is looked for.
            return (null, Problem.Invalid("The body holds text that is no Unicode."));
        }
    }

    void IBody<PatchBody>.Check(Validation validation, TimeProvider clock)
    {
        if (Patch.ModeUntil?.Value is { } until && (until <= clock.GetUtcNow() || until > clock.GetUtcNow() + Longest))
        {
            validation.Add("modeUntil", "must be in the future and at most a year ahead, or null.");
        }

        if (Patch.ModeUntil?.Value is not null && Patch.Mode is DeviceMode.Active or DeviceMode.Disabled)
        {
            validation.Add("modeUntil", "goes with mode maintenance.");
        }

        if (Patch is { ModeNote.Value: not null, Mode: DeviceMode.Active })
        {
            validation.Add("modeNote", "goes with mode maintenance or disabled.");
        }
    }

    private static (PatchBody?, Problem?) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, Problem.Invalid("The body must be a JSON object."));
        }

        var validation = new Validation();
        var patch = new DevicePatch(
            Text(body, "name", validation), Text(body, "location", validation), Mode(body, validation),
            Milliseconds(body, "heartbeatInterval", new HeartbeatIntervalAttribute(), validation),
            Milliseconds(body, "heartbeatTimeout", new HeartbeatTimeoutAttribute(), validation),
            Text(body, "modeNote", validation), Time(body, "modeUntil", validation));
        HeartbeatTimes.Check(validation, patch.HeartbeatInterval?.Value, patch.HeartbeatTimeout?.Value);
        return validation.Problem is { } problem ? (null, problem) : (new PatchBody(patch), null);
    }

    private static Change<string>? Text(JsonElement body, string member, Validation validation)
    {
        if (!body.TryGetProperty(member, out var value))
        {
            return null;
        }

        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            validation.Add(member, "must be a text or null.");
            return null;
        }

        if (!TryText(value, out var text))
        {
            validation.Add(member, "is no Unicode.");
            return null;
        }

        validation.FreeText(member, text);
        return new Change<string>(text);
    }

    private static ValueChange<int>? Milliseconds(JsonElement body, string member, RuleAttribute rule, Validation validation)
    {
        if (!body.TryGetProperty(member, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return new ValueChange<int>(null);
        }

        if (!WholeNumber.TryRead(value, out var number))
        {
            validation.Add(member, "must be a whole number or null.");
            return null;
        }

        rule.Check(validation, member, number);
        return new ValueChange<int>((int)Math.Clamp(number, int.MinValue, int.MaxValue));
    }

    private static ValueChange<DateTimeOffset>? Time(JsonElement body, string member, Validation validation)
    {
        if (!body.TryGetProperty(member, out var value))
        {
            return null;
        }

        try
        {
            return value.ValueKind == JsonValueKind.Null
                ? new ValueChange<DateTimeOffset>(null) : new ValueChange<DateTimeOffset>(value.Deserialize(WireJson.Default.DateTimeOffset));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            validation.Add(member, "must be a time with Z or an offset, or null.");
            return null;
        }
    }

    private static DeviceMode? Mode(JsonElement body, Validation validation)
    {
        if (!body.TryGetProperty("mode", out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && TryText(value, out var name) && WireNames.TryParse<DeviceMode>(name, out var mode))
        {
            return mode;
        }

        validation.Add("mode", "must be active, maintenance or disabled.");
        return null;
    }

    /// <summary>False for half a surrogate pair or bytes that are not UTF-8, which the parser accepts.</summary>
    private static bool TryText(JsonElement value, out string? text)
    {
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            text = null;
            return false;
        }
    }
}
