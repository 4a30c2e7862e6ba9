using System.Text;
using System.Text.Json;
using Rollcall.Commands;
using Rollcall.Problems;

namespace Rollcall.DeviceApi.Messages;

/// <summary>Parses devices' reports of commands, from any protocol and in all accepted spellings.</summary>
internal static class CommandReports
{
    /// <summary>A result, an error and what stands around them.</summary>
    public const int MostBytes = 64 * 1024;
    private const int MostResultBytes = 32 * 1024;
    private const int MostErrorBytes = 4 * 1024;

    /// <returns>What is wrong with it; null: nothing.</returns>
    public static Problem? Read(CommandResultRequest? request, out ReportPayload report)
    {
        report = default;
        if (StatusOf(request?.Status) is not { } status)
        {
            return Problem.Invalid("status", "must be acknowledged, completed or failed.");
        }

        var result = JsonText.IsNull(request!.Result) ? request.Output : request.Result;
        if ((JsonText.Check("result", result, MostResultBytes) ?? JsonText.Check("error", request.Error, MostErrorBytes)) is { } problem)
        {
            return problem;
        }

        report = new ReportPayload(status, JsonText.Of(result), TextOf(request.Error) ?? (request.Status == TimedOut ? TimedOut : null));
        return report.Error is { } error && Encoding.UTF8.GetByteCount(error) > MostErrorBytes
            ? Problem.TooLarge($"error has at most {MostErrorBytes} bytes.") : null;
    }

    private const string TimedOut = "timeout";

    /// <summary>Null: not a status that a device may report.</summary>
    private static CommandStatus? StatusOf(string? text) => text switch
    {
        "success" => CommandStatus.Completed,
        "failure" or TimedOut => CommandStatus.Failed,
        _ => WireNames.TryParse(text, out CommandStatus status)
            && status is CommandStatus.Acknowledged or CommandStatus.Completed or CommandStatus.Failed ? status : null,
    };

    private static string? TextOf(JsonElement? error) => error is { ValueKind: JsonValueKind.String } text ? text.GetString() : JsonText.Of(error);
}
