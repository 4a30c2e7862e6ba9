namespace Rollcall.Portal.Commands;

/// <summary>Which of a device's commands are shown.</summary>
/// <param name="Word">On the button.</param>
/// <param name="None">What to say when there is none.</param>
/// <param name="Statuses">In the order in which a command goes through them; empty: all.</param>
public sealed record CommandFilter(string Word, string None, params string[] Statuses)
{
    public static readonly CommandFilter Any = new("All", "No command so far.");

    public static readonly CommandFilter Open =
        new("Open", "No command waits or is being done.", Command.Queued, Command.Sent, Command.Acknowledged);

    public static readonly IReadOnlyList<CommandFilter> Choices =
    [
        Any,
        Open,
        new("Completed", "No command has completed.", Command.Completed),
        new("Failed", "No command has failed.", Command.Failed),
        new("Expired", "No command has expired.", Command.Expired),
        new("Cancelled", "No command was cancelled.", Command.Cancelled),
    ];

    public bool Matches(Command command) => Statuses.Length == 0 || Statuses.Contains(command.Status);
}
