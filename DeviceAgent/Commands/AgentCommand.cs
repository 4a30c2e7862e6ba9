using System.Text.Json;

namespace Rollcall.DeviceAgent.Commands;

/// <summary>A command as the gateway sends it; what else comes with it is passed over.</summary>
/// <param name="Id">Names it for ever; it may come more than once, and is done once.</param>
/// <param name="Command">What is to be done.</param>
/// <param name="Parameters">Any JSON, or none.</param>
internal sealed record AgentCommand(string? Id, string? Command, JsonElement? Parameters)
{
    private const int LongestId = 100;

    /// <summary>It can be named in an answer and in a path.</summary>
    public bool IsFit =>
        Id is { Length: > 0 and <= LongestId } && Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            && Command is { Length: > 0 };
}

/// <summary>A device's report of a command.</summary>
/// <param name="Status">acknowledged, completed or failed.</param>
/// <param name="Error">A code for programs, and a text for people after a colon.</param>
internal sealed record CommandReport(string Status, JsonElement? Result = null, string? Error = null)
{
    public static readonly CommandReport Acknowledged = new("acknowledged");

    /// <summary>It was begun, and the agent ended before it had; how far it came is unknown.</summary>
    public static readonly CommandReport Interrupted = Failed("interrupted");

    public static CommandReport Completed(JsonElement? result = null) => new("completed", result);

    public static CommandReport Failed(string error) => new("failed", Error: error);
}
