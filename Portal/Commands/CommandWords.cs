namespace Rollcall.Portal.Commands;

/// <summary>A state that a command went through, or is to go through.</summary>
/// <param name="At">Null: not yet.</param>
public sealed record TrailStep(string Status, DateTimeOffset? At);

/// <summary>The wire's states as people say them. States that are not known here are shown as they come.</summary>
public static class CommandWords
{
    private const int MostNames = 3;

    public static string Status(string status) => status.Length == 0 ? "" : char.ToUpperInvariant(status[0]) + status[1..].Replace('_', ' ');

    /// <summary>What a state means, for whoever does not know the words.</summary>
    public static string Meaning(string status) => status switch
    {
        Command.Queued => "Waits for the device",
        Command.Sent => "Sent to the device, not yet acknowledged",
        Command.Acknowledged => "The device has it",
        Command.Completed => "The device has done it",
        Command.Failed => "The device could not do it",
        Command.Expired => "Expired before it was done",
        Command.Cancelled => "Cancelled before the device had it",
        _ => Status(status),
    };

    public static string Icon(string status) => status switch
    {
        Command.Queued => "clock",
        Command.Sent => "send",
        Command.Acknowledged => "inbox",
        Command.Completed => "check",
        Command.Failed => "alert",
        Command.Expired => "hourglass",
        Command.Cancelled => "ban",
        _ => "chart",
    };

    /// <summary>The badge's colour; its icon and word say the same.</summary>
    public static string Tone(string status) => status switch
    {
        Command.Queued or Command.Sent or Command.Acknowledged => "open",
        Command.Completed => "good",
        Command.Failed => "bad",
        Command.Expired => "warn",
        _ => "idle",
    };

    /// <summary>The states with their times; those to come only while they may come.</summary>
    public static IReadOnlyList<TrailStep> Trail(Command command)
    {
        List<TrailStep> steps = [new(Command.Queued, command.CreatedAt), new(Command.Sent, command.SentAt),
            new(Command.Acknowledged, command.AcknowledgedAt)];
        if (!command.IsOpen)
        {
            steps.RemoveAll(step => step.At is null);
        }

        steps.Add(command.IsOpen ? new(Command.Completed, null) : new(command.Status, command.FinishedAt));
        return steps;
    }

    /// <summary>What a screen reader is told of commands that have ended, in one sentence.</summary>
    /// <param name="title">The device's.</param>
    public static string Ends(IReadOnlyList<Command> ended, string title) => ended switch
    {
        { Count: > MostNames } => $"{ended.Count} commands have ended on {title}.",
        _ => string.Join(
            " ", ended.Select(
                command => command.Late ? $"A late result of {command.Name} came from {title}." : $"{command.Name} {command.Status} on {title}.")),
    };
}
