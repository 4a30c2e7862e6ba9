using System.Text;
using System.Text.Json;
using Rollcall.Commands;
using Rollcall.Http;
using Rollcall.Http.Problems;

namespace Rollcall.DeviceApi.Messages;

/// <summary>Parses devices' reports of commands, from any protocol and in all accepted spellings.</summary>
internal static class CommandReportParser
{
    /// <summary>A result, an error and what stands around them.</summary>
    public const int MostBytes = 64 * 1024;
    public const int MostResultBytes = 32 * 1024;
    public const int MostErrorBytes = 4 * 1024;
    public const string StatusRule = "must be acknowledged, completed or failed.";
    private const string TimedOut = "timeout";

    private static readonly (string Name, CommandStatus Status)[] Reportable =
    [
        (WireNames.Of(CommandStatus.Acknowledged), CommandStatus.Acknowledged),
        (WireNames.Of(CommandStatus.Completed), CommandStatus.Completed),
        (WireNames.Of(CommandStatus.Failed), CommandStatus.Failed),
        ("success", CommandStatus.Completed),
        ("failure", CommandStatus.Failed),
        (TimedOut, CommandStatus.Failed),
    ];

    /// <summary>What a device may call them.</summary>
    public static IEnumerable<string> Statuses => Reportable.Select(one => one.Name);

    /// <returns>What is wrong with it; null: nothing.</returns>
    public static Problem? Read(CommandResultRequest? request, out ReportPayload report)
    {
        report = default;
        if (StatusOf(request?.Status) is not { } status)
        {
            return Problem.Invalid("status", StatusRule);
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

    /// <returns>Null: not a status that a device may report.</returns>
    public static CommandStatus? StatusOf(string? text)
    {
        foreach (var (name, status) in Reportable)
        {
            if (name == text)
            {
                return status;
            }
        }

        return null;
    }

    private static string? TextOf(JsonElement? error) => error is { ValueKind: JsonValueKind.String } text ? text.GetString() : JsonText.Of(error);
}
