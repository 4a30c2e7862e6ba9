using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Commands;
using Rollcall.Http;

namespace Rollcall.PortalApi.Commands;

/// <summary>A command, and what became of it.</summary>
/// <param name="Status">
/// <c>queued</c>, <c>sent</c>, <c>acknowledged</c>; and for good: <c>completed</c>, <c>failed</c>, <c>expired</c>, <c>cancelled</c>.
/// </param>
/// <param name="SentAt">When it was first written to the device.</param>
/// <param name="FinishedAt">When its status became one for good.</param>
/// <param name="Result">What the device answered.</param>
/// <param name="Error">What the device says went wrong.</param>
/// <param name="Late">The device's answer came after the command had expired or been cancelled.</param>
/// <param name="IssuedBy">Who asked: the token's <c>sub</c>, else its role.</param>
/// <param name="PollOnly">
/// Three sockets of the device died before it acknowledged this: it is written to none any more, and goes with the answers to beats over
/// REST or to <c>claim_command</c>.
/// </param>
internal sealed record CommandBody(
    string Id, string DeviceId, string Command, [property: JsonConverter(typeof(RawJsonConverter))] JsonElement? Parameters, CommandStatus Status,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? SentAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? FinishedAt,
    [property: JsonConverter(typeof(RawJsonConverter))] JsonElement? Result, string? Error, bool Late, string IssuedBy, bool PollOnly)
{
    public static CommandBody Of(Command command) => new(
        command.Id, command.DeviceId, command.Name, Json(command.Parameters), command.Status, command.CreatedAt, command.ExpiresAt, command.SentAt,
        command.AcknowledgedAt, command.FinishedAt, Json(command.Result), command.Error, command.Late, command.IssuedBy, command.PollOnly);

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}

/// <summary>Commands of one device, newest first.</summary>
/// <param name="NextCursor">Opaque; null after the last page.</param>
internal sealed record CommandListAnswer(IReadOnlyList<CommandBody> Commands, string? NextCursor);
