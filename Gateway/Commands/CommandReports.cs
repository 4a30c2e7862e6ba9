using System.Text;
using Rollcall.Problems;

namespace Rollcall.Commands;

/// <summary>What devices report of commands, checked, however it comes.</summary>
internal static class CommandReports
{
    /// <summary>A result, an error and what stands around them.</summary>
    public const int MostBytes = 64 * 1024;
    private const int MostResultBytes = 32 * 1024;
    private const int MostErrorBytes = 4 * 1024;

    public static Problem? Check(CommandResultRequest? said, out CommandStatus status)
    {
        status = default;
        return !WireNames.TryParse(said?.Status, out status) || status is not (CommandStatus.Acknowledged or CommandStatus.Completed or CommandStatus.Failed)
            ? Problem.Invalid("status", "must be acknowledged, completed or failed.")
            : JsonText.Check("result", said!.Result, MostResultBytes) ?? CheckError(said.Error);
    }

    /// <summary>The answer to a report that was not taken down.</summary>
    public static Problem Refused(Devices.Refusal refusal) => refusal == Devices.Refusal.Conflict
        ? Problem.Conflict("Another result was given before, or the command was cancelled or has expired.")
        : Problem.Of(refusal);

    private static Problem? CheckError(string? error) =>
        error is null ? null
        : Encoding.UTF8.GetByteCount(error) > MostErrorBytes ? Problem.TooLarge($"error has at most {MostErrorBytes} bytes.")
        : error.Contains('\0', StringComparison.Ordinal) ? Problem.Invalid("error", "must not hold U+0000.")
        : null;
}
