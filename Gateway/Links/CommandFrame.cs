using System.Text.Json;
using Rollcall.Commands;
using Rollcall.Problems;
using Rollcall.Wire;

namespace Rollcall.Links;

/// <summary>A frame in which a device says something of a command; and how one is told of a command.</summary>
internal readonly record struct CommandFrame(string CommandId, CommandStatus Status, string? Result, string? Error)
{
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static Problem? Read(Frame frame, out CommandFrame said)
    {
        said = default;
        try
        {
            var members = JsonElement.Parse(frame.Payload.Span);
            if (!members.TryGetProperty("commandId", out var id) || id.ValueKind != JsonValueKind.String)
            {
                return Problem.Invalid("commandId", "is missing.");
            }

            var status = CommandStatus.Acknowledged;
            var request = frame.Type == "command_ack" ? null : members.Deserialize(WireJson.Default.CommandResultRequest);
            if (frame.Type != "command_ack" && CommandReports.Check(request, out status) is { } problem)
            {
                return problem;
            }

            said = new CommandFrame(id.GetString()!, status, JsonText.Of(request?.Result), request?.Error);
            return null;
        }
        catch (JsonException malformed)
        {
            return Json.Malformed(malformed);
        }
        catch (InvalidOperationException)
        {
            return Problem.Invalid("The frame holds text that is no Unicode.");
        }
    }

    /// <summary>Flat, and once more as <c>payload</c>: devices of both kinds are there.</summary>
    public static void Write(Utf8JsonWriter json, Command command)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(DeviceCommandBody.Of(command), WireJson.Default.DeviceCommandBody);
        foreach (var member in JsonElement.Parse(body).EnumerateObject())
        {
            // As it was given: an encoder of ours might make six bytes of one.
            json.WritePropertyName(member.Name);
            json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
        }

        json.WritePropertyName("payload");
        json.WriteRawValue(body, skipInputValidation: true);
    }
}
