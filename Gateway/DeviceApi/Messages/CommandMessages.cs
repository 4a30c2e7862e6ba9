using System.Text.Json;
using System.Text.Json.Serialization;
using Rollcall.Commands;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.Messages;

/// <summary>A command as its device is told it.</summary>
/// <param name="Type">The same as <c>command</c>, as devices of the first system read it.</param>
/// <param name="IssuedAt">When it was accepted.</param>
/// <param name="ExpiresAt">After this it is not to be done any more.</param>
/// <param name="Timestamp">When this was written to the device.</param>
internal sealed record DeviceCommandBody(
    string Id, string Command, string Type, [property: JsonConverter(typeof(RawJsonConverter))] JsonElement? Parameters,
    DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset Timestamp)
{
    public static DeviceCommandBody Of(Command command, DateTimeOffset now) => new(
        command.Id, command.Name, command.Name, command.Parameters is null ? null : JsonElement.Parse(command.Parameters), command.CreatedAt,
        command.ExpiresAt, now);
}

/// <summary>What a device says of a command.</summary>
/// <param name="Status">
/// <c>acknowledged</c>: it has it; <c>completed</c> or <c>failed</c>: it has done with it. Devices of the first system say
/// <c>success</c> (completed), <c>failure</c> and <c>timeout</c> (failed).
/// </param>
/// <param name="Result">Any JSON.</param>
/// <param name="Error">A text; other JSON is kept as its text.</param>
/// <param name="Output">The result, as devices of the first system call it; where there is no <c>result</c>.</param>
internal sealed record CommandResultRequest(
    [property: ReportStatus(Required = true)] string? Status = null,
    [property: JsonWithin(CommandReportParser.MostResultBytes)] JsonElement? Result = null,
    [property: JsonWithin(CommandReportParser.MostErrorBytes)] JsonElement? Error = null,
    [property: JsonWithin(CommandReportParser.MostResultBytes)] JsonElement? Output = null);

/// <summary>A report over REST. It keeps to the rules of a <see cref="CommandResultRequest"/>, as one over a socket does.</summary>
internal sealed record CommandReportBody(ReportPayload Report) : IBody<CommandReportBody>
{
    public static int MostBytes => CommandReportParser.MostBytes;

    public static Type Schema => typeof(CommandResultRequest);

    public static bool IsRequired => true;

    public static (CommandReportBody? Value, Problem? Problem) Read(ReadOnlySpan<byte> json)
    {
        var (request, problem) = Json.Parse(json.IsEmpty ? "{}"u8 : json, WireJson.Default.CommandResultRequest);
        return problem is null && (problem = CommandReportParser.Read(request, out var report)) is null
            ? (new CommandReportBody(report), null) : (null, problem);
    }
}

/// <summary>It is taken down.</summary>
internal sealed record SuccessAnswer(bool Success);
