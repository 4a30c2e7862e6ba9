using Rollcall.Commands;

namespace Rollcall.Journal;

/// <summary>What a test looks for in a change.</summary>
internal static class ChangeParts
{
    public static CommandChanged[] Commands(this Change change) => [.. change.Events.OfType<CommandChanged>()];
}
