using System.Text.Json;
using Rollcall.Commands;
using Rollcall.DeviceApi.Messages;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.WebSockets;

/// <summary>A frame with a device's report of a command; and how a command is written as a frame.</summary>
internal readonly record struct CommandFrame(string CommandId, ReportPayload Report)
{
    /// <summary>Of a frame to a device: one of the libraries reads 32,768 by default.</summary>
    public const int MostBytes = 32_000;

    /// <summary>Bytes around a command in its frame: its type, and the echoed request id.</summary>
    private const int Around = 512;

    /// <returns>The problem of an invalid frame; null: it is valid.</returns>
    public static Problem? Read(Frame frame, out CommandFrame read)
    {
        read = default;
        try
        {
            var members = JsonElement.Parse(frame.Payload.Span);
            if (!members.TryGetProperty("commandId", out var id) || id.ValueKind != JsonValueKind.String)
            {
                return Problem.Invalid("commandId", "is missing.");
            }

            var report = new ReportPayload(CommandStatus.Acknowledged, null, null);
            if (frame.Type != "command_ack"
                && CommandReportParser.Read(members.Deserialize(WireJson.Default.CommandResultRequest), out report) is { } problem)
            {
                return problem;
            }

            read = new CommandFrame(id.GetString()!, report);
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

    /// <summary>A frame with a command, for a device that asked for it by <paramref name="asked"/>, or did not ask.</summary>
    public static ReadOnlyMemory<byte> Write(Frame asked, Command command, DateTimeOffset now) =>
        asked.Answer("command", json => WriteMembers(json, command, now));

    /// <summary>
    /// Flat, and once more as <c>payload</c>: devices of both kinds are there. What some libraries refuse by default is not exceeded for
    /// it: a large one stands flat alone, and <c>payload</c> names it.
    /// </summary>
    private static void WriteMembers(Utf8JsonWriter json, Command command, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(DeviceCommandBody.Of(command, now), WireJson.Default.DeviceCommandBody);
        foreach (var member in JsonElement.Parse(body).EnumerateObject().Where(member => member.Name != "type"))
        {
            // As it was given: an encoder of ours might make six bytes of one.
            json.WritePropertyName(member.Name);
            json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
        }

        json.WritePropertyName("payload");
        if (2 * body.Length <= MostBytes - Around)
        {
            json.WriteRawValue(body, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id", command.Id);
        json.WriteString("type", command.Name);
        json.WriteEndObject();
    }
}
